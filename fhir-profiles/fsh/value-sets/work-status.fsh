ValueSet: WorkStatusVS
Id: work-status
Title: "Work status"
Description: "All work statuses."
* ^experimental = false
* include codes from system WorkStatusCS

CodeSystem: WorkStatusCS
Id: work-status
Title: "Work status"
Description: "How far the outreach to a patient at high risk has come."
* ^caseSensitive = true
* ^experimental = false
* #uncontacted "High Risk – Uncontacted"
* #in-process "High Risk – In Process"
* #resolved "Resolved"

ValueSet: TaskVS
Id: task
Title: "Tasks"
Description: "All kinds of work."
* ^experimental = false
* include codes from system TaskCS

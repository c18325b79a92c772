CodeSystem: NoteSectionCS
Id: note-section
Title: "Note sections"
Description: "Sections of the note templates SOAP, APSO, DAP and BIRP."
* ^caseSensitive = true
* ^experimental = false
* #subjective "Subjective"
* #objective "Objective"
* #assessment "Assessment"
* #plan "Plan"
* #data "Data"
* #behavior "Behavior"
* #intervention "Intervention"
* #response "Response"

CodeSystem: NoteDecisionCS
Id: note-decision
Title: "Note decisions"
Description: "What became of a draft."
* ^caseSensitive = true
* ^experimental = false
* #accepted "Accepted as drafted"
* #edited "Edited"
* #rejected "Rejected"
* #expired "Expired"

CodeSystem: NoteStatusCS
Id: note-status
Title: "Note status"
Description: "How far a drafted note has come."
* ^caseSensitive = true
* ^experimental = false
* #draft "Draft"
* #reviewed "Reviewed"
* #signed "Signed"
* #rejected "Rejected"
* #expired "Expired"

CodeSystem: DocumentFormatCS
Id: document-format
Title: "Document formats"
Description: "What an attachment of a transcript or a note holds."
* ^caseSensitive = true
* ^experimental = false
* #transcript "Canonical text of a transcript"
* #transcript-turns "Turns of a transcript with their places and times"
* #note "Text of a note"
* #evidence "Evidence of the sentences of a note"
* #prompt "Text of a prompt"
* #eval-report "Report of an evaluation"

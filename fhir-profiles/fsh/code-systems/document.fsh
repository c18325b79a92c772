CodeSystem: DocumentCS
Id: document
Title: "Documents"
Description: "Kinds of documents that MindBridge keeps beside those of LOINC."
* ^caseSensitive = true
* ^experimental = false
* #transcript "Transcript of a visit"
* #recording "Sound of a visit"
* #note "Clinical note drafted by software"
* #prompt "Prompt of an AI engine"
* #input-prompt "Prompt with which an AI worked"

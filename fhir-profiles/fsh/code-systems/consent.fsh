CodeSystem: ConsentCS
Id: consent
Title: "Consents"
Description: "What a patient permits."
* ^caseSensitive = true
* ^experimental = false
* #visit-recording "Recording and transcription of visits"

CodeSystem: ConsentCS
Id: consent
Title: "Consents"
Description: "What a patient permits."
* ^caseSensitive = true
* ^experimental = false
* #visit-recording "Recording and transcription of visits"
* #opt-out "Nobody who is named sees the record"
* #opt-out-ai "No bot and no model reads the record"
* #opt-out-apps "No app of others reads the record, and none exports it"

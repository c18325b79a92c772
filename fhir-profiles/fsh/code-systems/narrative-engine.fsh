CodeSystem: NarrativeEngineCS
Id: narrative-engine
Title: "Narrative engines"
Description: "Engines that may phrase a narrative."
* ^caseSensitive = true
* ^experimental = false
* #embedded "Embedded engine"
* #claude "Claude"

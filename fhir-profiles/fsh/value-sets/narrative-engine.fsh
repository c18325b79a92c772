ValueSet: NarrativeEngineVS
Id: narrative-engine
Title: "Narrative engines"
Description: "All narrative engines."
* ^experimental = false
* include codes from system NarrativeEngineCS

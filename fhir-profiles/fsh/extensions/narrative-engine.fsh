Extension: NarrativeEngine
Id: narrative-engine
Title: "Narrative engine"
Description: "Which engine phrased the narrative: the embedded one, or Claude."
Context: RiskAssessment, RiskAssessment.note, Annotation
* value[x] 1..1
* value[x] only code
* valueCode from NarrativeEngineVS (required)

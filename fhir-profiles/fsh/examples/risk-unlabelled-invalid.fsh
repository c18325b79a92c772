// Fails: mb-risk-label
Instance: risk-unlabelled-invalid
InstanceOf: RiskAssessment
Usage: #example
* meta.profile = "https://mindbridge.health/fhir/StructureDefinition/risk-assessment"
* status = #final
* subject = Reference(patient-davis-robert)
* occurrenceDateTime = "2026-02-10T06:00:00Z"
* method.text = "MindBridge risk engine 1"
* extension[0].url = "https://mindbridge.health/fhir/StructureDefinition/risk-score"
* extension[0].valueInteger = 95
* extension[1].url = "https://mindbridge.health/fhir/StructureDefinition/risk-contribution"
* extension[1].extension[0].url = "factor"
* extension[1].extension[0].valueCode = #crisis-calls
* extension[1].extension[1].url = "points"
* extension[1].extension[1].valueDecimal = 95
* extension[1].extension[2].url = "state"
* extension[1].extension[2].valueCode = #known
* prediction.qualitativeRisk.coding = $mb-risk-band#critical

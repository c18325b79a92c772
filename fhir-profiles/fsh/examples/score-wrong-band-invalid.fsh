// Fails: mb-score-component
Instance: score-wrong-band-invalid
InstanceOf: Observation
Usage: #example
* meta.profile = "https://mindbridge.health/fhir/StructureDefinition/risk-score-observation"
* identifier.system = $risk-score-id
* identifier.value = "patient-davis-robert"
* status = #final
* category = $observation-category#survey
* code = $mb-observation#risk-score
* subject = Reference(patient-davis-robert)
* effectiveDateTime = "2026-02-10T06:00:00Z"
* valueQuantity = 95 '{score}'
* interpretation = $mb-risk-band#low
* component.code = $mb-observation#risk-band
* component.valueCodeableConcept = $mb-risk-band#low

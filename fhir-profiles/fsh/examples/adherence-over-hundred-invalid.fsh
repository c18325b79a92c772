// Fails: mb-adherence-percent
Instance: adherence-over-hundred-invalid
InstanceOf: Observation
Usage: #example
* meta.profile = "https://mindbridge.health/fhir/StructureDefinition/medication-adherence"
* status = #final
* code = $mb-observation#medication-adherence
* subject = Reference(patient-davis-robert)
* effectiveDateTime = "2026-02-01T08:00:00Z"
* valueQuantity = 125 '%'

// Fails: mb-crisis-call-count
Instance: crisis-call-zero-invalid
InstanceOf: Observation
Usage: #example
* meta.profile = "https://mindbridge.health/fhir/StructureDefinition/crisis-call"
* status = #final
* code = $mb-observation#crisis-call
* subject = Reference(patient-davis-robert)
* effectiveDateTime = "2026-02-01T21:10:00Z"
* valueInteger = 0

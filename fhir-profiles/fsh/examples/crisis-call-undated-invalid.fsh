// Fails: Observation.effective[x]
Instance: crisis-call-undated-invalid
InstanceOf: Observation
Usage: #example
* meta.profile = "https://mindbridge.health/fhir/StructureDefinition/crisis-call"
* status = #final
* code = $mb-observation#crisis-call
* subject = Reference(patient-davis-robert)

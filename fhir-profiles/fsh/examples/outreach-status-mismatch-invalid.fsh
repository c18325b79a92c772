// Fails: mb-outreach-status
Instance: outreach-status-mismatch-invalid
InstanceOf: Task
Usage: #example
* meta.profile = "https://mindbridge.health/fhir/StructureDefinition/outreach-task"
* status = #requested
* intent = #order
* code = $mb-task#outreach
* for = Reference(patient-davis-robert)
* focus = Reference(risk-critical)
* businessStatus = $mb-work-status#in-process
* restriction.period.end = "2026-02-11T06:00:00Z"

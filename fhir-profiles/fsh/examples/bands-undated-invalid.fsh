// Fails: mb-bands-identifier
Instance: bands-undated-invalid
InstanceOf: MeasureReport
Usage: #example
* meta.profile = "https://mindbridge.health/fhir/StructureDefinition/risk-bands-report"
* identifier.system = "https://mindbridge.health/fhir/sid/risk-bands"
* identifier.value = "yesterday"
* status = #complete
* type = #summary
* measure = "https://mindbridge.health/fhir/Measure/risk-bands"
* period.start = "2026-02-10"
* period.end = "2026-02-10"
* group.code = $mb-risk-band#high
* group.population.count = 12

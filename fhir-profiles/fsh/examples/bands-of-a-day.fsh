Instance: bands-of-a-day
InstanceOf: RiskBandsReport
Usage: #example
* identifier.system = "https://mindbridge.health/fhir/sid/risk-bands"
* identifier.value = "2026-02-10"
* status = #complete
* date = "2026-02-10T06:00:00Z"
* period.start = "2026-02-10"
* period.end = "2026-02-10"
* group[0].code = $mb-risk-band#high
* group[0].population.count = 12
* group[1].code = $mb-risk-band#medium
* group[1].population.count = 45
* group[2].code = $mb-risk-band#low
* group[2].population.count = 143

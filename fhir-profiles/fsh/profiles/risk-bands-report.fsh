Profile: RiskBandsReport
Parent: MeasureReport
Id: risk-bands-report
Title: "Risk bands report"
Description: "How many patients of the clinic stand in each band on one day. No patient is in it."
* type = #summary
* measure = "https://mindbridge.health/fhir/Measure/risk-bands"
* identifier 1..* MS
* subject 0..0
* group 1..* MS
* obeys mb-bands-identifier

Invariant: mb-bands-identifier
Description: "The report carries the day (YYYY-MM-DD) that keeps it one per day."
Expression: "identifier.where(system = 'https://mindbridge.health/fhir/sid/risk-bands').value.matches('^[0-9]{4}-[0-9]{2}-[0-9]{2}$')"
Severity: #error

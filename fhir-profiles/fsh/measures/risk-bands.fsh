Instance: risk-bands
InstanceOf: Measure
Usage: #definition
Title: "Patients by risk band"
Description: "Counts the clinic's patients by the band of their latest score."
* url = "https://mindbridge.health/fhir/Measure/risk-bands"
* name = "RiskBands"
* title = "Patients by risk band"
* status = #active
* experimental = false
* description = "How many patients of the clinic stand in each band, by their latest score. Critical counts within high."
* subjectCodeableConcept = http://hl7.org/fhir/resource-types#Patient
* scoring = http://terminology.hl7.org/CodeSystem/measure-scoring#cohort

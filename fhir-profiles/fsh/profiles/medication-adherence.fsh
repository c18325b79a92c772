Profile: MedicationAdherence
Parent: Observation
Id: medication-adherence
Title: "Medication adherence"
Description: "Share of the prescribed doses that were taken, in percent."
* code = $mb-observation#medication-adherence
* subject 1..1 MS
* subject only Reference(Patient)
* effective[x] 1..1 MS
* effective[x] only dateTime
* value[x] 1..1 MS
* value[x] only Quantity
* obeys mb-adherence-percent

Invariant: mb-adherence-percent
Description: "Adherence is a UCUM percentage from 0 to 100."
Expression: "value.system = 'http://unitsofmeasure.org' and value.code = '%' and value.value >= 0 and value.value <= 100"
Severity: #error

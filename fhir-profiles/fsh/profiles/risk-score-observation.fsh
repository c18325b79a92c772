Profile: RiskScoreObservation
Parent: Observation
Id: risk-score-observation
Title: "Risk score observation"
Description: "The latest score of a patient, one per patient and updated in place, so that a list sorted by score is one search."
* identifier 1..* MS
* category 1..*
* code = $mb-observation#risk-score
* subject 1..1 MS
* subject only Reference(Patient)
* effective[x] 1..1 MS
* effective[x] only dateTime
* value[x] 1..1 MS
* value[x] only Quantity
* interpretation 1..* MS
* component 1..* MS
* obeys mb-score-identifier and mb-score-quantity and mb-score-component

Invariant: mb-score-identifier
Description: "The score observation carries the identifier that keeps it one per patient."
Expression: "identifier.where(system = 'https://mindbridge.health/fhir/sid/risk-score' and value.exists()).count() = 1"
Severity: #error

Invariant: mb-score-quantity
Description: "The score is a UCUM {score} from 0 to 100."
Expression: "value.system = 'http://unitsofmeasure.org' and value.code = '{score}' and value.value >= 0 and value.value <= 100"
Severity: #error

Invariant: mb-score-component
Description: "One component tells the band that belongs to the score."
Expression: "component.where(code.coding.where(code = 'risk-band').exists()).value.coding.where(system = 'https://mindbridge.health/fhir/CodeSystem/risk-band').code = iif(value.value >= iif(extension.where(url = 'https://mindbridge.health/fhir/StructureDefinition/risk-bands').extension.where(url = 'criticalFrom').exists(), extension.where(url = 'https://mindbridge.health/fhir/StructureDefinition/risk-bands').extension.where(url = 'criticalFrom').value, 90), 'critical', iif(value.value >= iif(extension.where(url = 'https://mindbridge.health/fhir/StructureDefinition/risk-bands').extension.where(url = 'highFrom').exists(), extension.where(url = 'https://mindbridge.health/fhir/StructureDefinition/risk-bands').extension.where(url = 'highFrom').value, 70), 'high', iif(value.value >= iif(extension.where(url = 'https://mindbridge.health/fhir/StructureDefinition/risk-bands').extension.where(url = 'mediumFrom').exists(), extension.where(url = 'https://mindbridge.health/fhir/StructureDefinition/risk-bands').extension.where(url = 'mediumFrom').value, 40), 'medium', 'low')))"
Severity: #error

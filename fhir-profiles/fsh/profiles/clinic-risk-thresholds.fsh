Profile: ClinicRiskThresholds
Parent: Basic
Id: clinic-risk-thresholds
Title: "Risk thresholds of a clinic"
Description: "The one resource in which supervisors set when they are alerted. It cannot loosen the floor: an alert at critical waits an hour at most, and critical begins at 95 at the latest."
* identifier 1..1
* subject 0..0
* extension contains RiskThresholds named thresholds 0..1
* obeys mb-thresholds-one and mb-thresholds-order and mb-thresholds-bands

Invariant: mb-thresholds-one
Description: "There is one set of thresholds."
Expression: "extension.where(url = 'https://mindbridge.health/fhir/StructureDefinition/risk-thresholds').count() = 1"
Severity: #error

Invariant: mb-thresholds-order
Description: "Hours are whole and from 1; a higher band never waits longer than a lower one; critical one hour, high 8 and medium 24 at most; alerts begin at high or below."
Expression: "extension.where(url = 'https://mindbridge.health/fhir/StructureDefinition/risk-thresholds').extension.where(url = 'alertFrom').value != 'critical' and extension.where(url = 'https://mindbridge.health/fhir/StructureDefinition/risk-thresholds').extension.where(url = 'criticalHours').value = 1 and extension.where(url = 'https://mindbridge.health/fhir/StructureDefinition/risk-thresholds').extension.where(url = 'highHours').value >= 1 and extension.where(url = 'https://mindbridge.health/fhir/StructureDefinition/risk-thresholds').extension.where(url = 'highHours').value <= extension.where(url = 'https://mindbridge.health/fhir/StructureDefinition/risk-thresholds').extension.where(url = 'mediumHours').value and extension.where(url = 'https://mindbridge.health/fhir/StructureDefinition/risk-thresholds').extension.where(url = 'highHours').value <= 8 and extension.where(url = 'https://mindbridge.health/fhir/StructureDefinition/risk-thresholds').extension.where(url = 'mediumHours').value <= 24"
Severity: #error

Invariant: mb-thresholds-bands
Description: "Bands begin at all three scores or at the standard ones: whole, in order, medium from 50, high from 80 and critical from 95 at the latest."
Expression: "(extension.where(url = 'https://mindbridge.health/fhir/StructureDefinition/risk-thresholds').extension.where(url = 'mediumFrom').exists() or extension.where(url = 'https://mindbridge.health/fhir/StructureDefinition/risk-thresholds').extension.where(url = 'highFrom').exists() or extension.where(url = 'https://mindbridge.health/fhir/StructureDefinition/risk-thresholds').extension.where(url = 'criticalFrom').exists()) implies (extension.where(url = 'https://mindbridge.health/fhir/StructureDefinition/risk-thresholds').extension.where(url = 'mediumFrom').value >= 1 and extension.where(url = 'https://mindbridge.health/fhir/StructureDefinition/risk-thresholds').extension.where(url = 'mediumFrom').value < extension.where(url = 'https://mindbridge.health/fhir/StructureDefinition/risk-thresholds').extension.where(url = 'highFrom').value and extension.where(url = 'https://mindbridge.health/fhir/StructureDefinition/risk-thresholds').extension.where(url = 'highFrom').value < extension.where(url = 'https://mindbridge.health/fhir/StructureDefinition/risk-thresholds').extension.where(url = 'criticalFrom').value and extension.where(url = 'https://mindbridge.health/fhir/StructureDefinition/risk-thresholds').extension.where(url = 'mediumFrom').value <= 50 and extension.where(url = 'https://mindbridge.health/fhir/StructureDefinition/risk-thresholds').extension.where(url = 'highFrom').value <= 80 and extension.where(url = 'https://mindbridge.health/fhir/StructureDefinition/risk-thresholds').extension.where(url = 'criticalFrom').value <= 95)"
Severity: #error

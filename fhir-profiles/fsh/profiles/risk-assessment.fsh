// Score and contributions are required by mb-risk-score-present, not by cardinality: @medplum/core counts no extension
// into a slice whose url is fixed in the profile of the extension.
Profile: MindBridgeRiskAssessment
Parent: RiskAssessment
Id: risk-assessment
Title: "MindBridge risk assessment"
Description: "One run of the risk engine on one patient: score, band, every contribution with the records behind it, and what would change the band."
* status = #final
* subject only Reference(Patient)
* subject MS
* occurrence[x] 1..1 MS
* occurrence[x] only dateTime
* method 1..1
* prediction 1..1 MS
* prediction.qualitativeRisk 1..1 MS
* basis MS
* mitigation MS
* extension contains
    RiskScore named score 0..1 and
    RiskContribution named contribution 0..* and
    RiskCounterfactual named counterfactual 0..* and
    RiskChange named change 0..* and
    RiskTrend named trend 0..* and
    RiskBands named bands 0..1 and
    NarrativeEngine named narrativeEngine 0..1
* obeys mb-risk-score-present and mb-risk-band-of-score and mb-risk-label

Invariant: mb-risk-score-present
Description: "An assessment has one score and at least one contribution."
Expression: "extension.where(url = 'https://mindbridge.health/fhir/StructureDefinition/risk-score').count() = 1 and extension.where(url = 'https://mindbridge.health/fhir/StructureDefinition/risk-contribution').exists()"
Severity: #error

Invariant: mb-risk-band-of-score
Description: "The band is the one that the score stands in: low below 40, medium below 70, high below 90, critical from 90, or as the bands of the clinic say."
Expression: "prediction.qualitativeRisk.coding.where(system = 'https://mindbridge.health/fhir/CodeSystem/risk-band').code = iif(extension.where(url = 'https://mindbridge.health/fhir/StructureDefinition/risk-score').value >= iif(extension.where(url = 'https://mindbridge.health/fhir/StructureDefinition/risk-bands').extension.where(url = 'criticalFrom').exists(), extension.where(url = 'https://mindbridge.health/fhir/StructureDefinition/risk-bands').extension.where(url = 'criticalFrom').value, 90), 'critical', iif(extension.where(url = 'https://mindbridge.health/fhir/StructureDefinition/risk-score').value >= iif(extension.where(url = 'https://mindbridge.health/fhir/StructureDefinition/risk-bands').extension.where(url = 'highFrom').exists(), extension.where(url = 'https://mindbridge.health/fhir/StructureDefinition/risk-bands').extension.where(url = 'highFrom').value, 70), 'high', iif(extension.where(url = 'https://mindbridge.health/fhir/StructureDefinition/risk-score').value >= iif(extension.where(url = 'https://mindbridge.health/fhir/StructureDefinition/risk-bands').extension.where(url = 'mediumFrom').exists(), extension.where(url = 'https://mindbridge.health/fhir/StructureDefinition/risk-bands').extension.where(url = 'mediumFrom').value, 40), 'medium', 'low')))"
Severity: #error

Invariant: mb-risk-label
Description: "What an AI asserted is labelled so."
Expression: "meta.security.where(system = 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue' and code = 'AIAST').exists()"
Severity: #error

Instance: risk-critical
InstanceOf: MindBridgeRiskAssessment
Usage: #example
* meta.security = $v3-ObservationValue#AIAST
* subject = Reference(patient-davis-robert)
* occurrenceDateTime = "2026-02-10T06:00:00Z"
* method.text = "MindBridge risk engine 1"
* basis[0] = Reference(crisis-call-two)
* basis[1] = Reference(adherence-quarter)
* extension[score].valueInteger = 95
* extension[contribution][0].extension[factor].valueCode = #crisis-calls
* extension[contribution][0].extension[value].valueQuantity = 6 '{count}'
* extension[contribution][0].extension[points].valueDecimal = 36
* extension[contribution][0].extension[state].valueCode = #known
* extension[contribution][0].extension[basis].valueReference = Reference(crisis-call-two)
* extension[contribution][1].extension[factor].valueCode = #medication-adherence
* extension[contribution][1].extension[value].valueQuantity = 25 '%'
* extension[contribution][1].extension[points].valueDecimal = 24
* extension[contribution][1].extension[state].valueCode = #known
* extension[contribution][2].extension[factor].valueCode = #missed-appointments
* extension[contribution][2].extension[value].valueQuantity = 4 '{count}'
* extension[contribution][2].extension[points].valueDecimal = 20
* extension[contribution][2].extension[state].valueCode = #known
* extension[contribution][3].extension[factor].valueCode = #days-since-seen
* extension[contribution][3].extension[value].valueQuantity = 52 'd'
* extension[contribution][3].extension[points].valueDecimal = 15
* extension[contribution][3].extension[state].valueCode = #known
* extension[counterfactual].extension[factor].valueCode = #crisis-calls
* extension[counterfactual].extension[from].valueQuantity = 6 '{count}'
* extension[counterfactual].extension[to].valueQuantity = 5 '{count}'
* extension[counterfactual].extension[band].valueCode = #high
* extension[narrativeEngine].valueCode = #embedded
* prediction.qualitativeRisk.coding[0] = $mb-risk-band#critical
* prediction.qualitativeRisk.coding[1] = $risk-probability#high
* prediction.rationale = "6 crisis calls in 30 days, 25 % medication adherence, 4 missed appointments, last seen 52 days ago."
* mitigation = "Contact within 24 hours."

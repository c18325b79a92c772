Instance: score-critical
InstanceOf: RiskScoreObservation
Usage: #example
* meta.security = $v3-ObservationValue#AIAST
* identifier.system = $risk-score-id
* identifier.value = "patient-davis-robert"
* status = #final
* category = $observation-category#survey
* subject = Reference(patient-davis-robert)
* effectiveDateTime = "2026-02-10T06:00:00Z"
* valueQuantity = 95 '{score}'
* interpretation = $mb-risk-band#critical
* component.code = $mb-observation#risk-band
* component.valueCodeableConcept = $mb-risk-band#critical

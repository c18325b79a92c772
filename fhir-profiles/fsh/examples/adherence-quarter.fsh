Instance: adherence-quarter
InstanceOf: MedicationAdherence
Usage: #example
* status = #final
* subject = Reference(patient-davis-robert)
* effectiveDateTime = "2026-02-01T08:00:00Z"
* valueQuantity = 25 '%'

Instance: crisis-call-two
InstanceOf: CrisisCall
Usage: #example
* status = #final
* subject = Reference(patient-davis-robert)
* effectiveDateTime = "2026-02-01T21:10:00Z"
* valueInteger = 2

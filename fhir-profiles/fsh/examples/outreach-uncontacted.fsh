Instance: outreach-uncontacted
InstanceOf: OutreachTask
Usage: #example
* status = #requested
* priority = #stat
* for = Reference(patient-davis-robert)
* focus = Reference(risk-critical)
* businessStatus = $mb-work-status#uncontacted
* restriction.period.end = "2026-02-11T06:00:00Z"

Profile: OutreachTask
Parent: Task
Id: outreach-task
Title: "Outreach task"
Description: "The follow-up that a patient at high or critical risk needs, with its due time and what came of it."
* intent = #order
* code 1..1
* code = $mb-task#outreach
* for 1..1 MS
* for only Reference(Patient)
* focus 1..1 MS
* focus only Reference(RiskAssessment)
* businessStatus 1..1 MS
* businessStatus from WorkStatusVS (required)
* restriction 1..1
* restriction.period 1..1
* restriction.period.end 1..1 MS
* owner MS
* obeys mb-outreach-status

Invariant: mb-outreach-status
Description: "Work in process is in progress; work on an uncontacted patient has not begun."
Expression: "(businessStatus.coding.where(code = 'in-process').exists() implies status = 'in-progress') and (businessStatus.coding.where(code = 'uncontacted').exists() implies status = 'requested')"
Severity: #error

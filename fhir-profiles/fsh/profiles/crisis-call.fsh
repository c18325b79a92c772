Profile: CrisisCall
Parent: Observation
Id: crisis-call
Title: "Crisis call"
Description: "A call to the crisis line. The value, when present, counts several calls."
* code = $mb-observation#crisis-call
* subject 1..1 MS
* subject only Reference(Patient)
* effective[x] 1..1 MS
* effective[x] only dateTime
* value[x] only integer
* obeys mb-crisis-call-count

Invariant: mb-crisis-call-count
Description: "A count of crisis calls is 1 or more."
Expression: "value.empty() or value >= 1"
Severity: #error

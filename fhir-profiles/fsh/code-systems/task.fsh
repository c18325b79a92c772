CodeSystem: TaskCS
Id: task
Title: "Tasks"
Description: "Kinds of work."
* ^caseSensitive = true
* ^experimental = false
* #outreach "Outreach to a patient at risk"
* #analyze "Analyze a patient"
* #refill "Medication refill request"
* #risk-alert "A risk band has risen"
* #billing "Billing work"
* #review-note "Review a drafted note"
* #review-codes "Review suggested codes"
* #break-glass-alert "Somebody used emergency access"
* #break-glass-review "Review an emergency access"
* #access-anomaly "Access to records that is out of the ordinary"
* #access-change "An admin changes who may do what"

Extension: SocialSecurityNumber
Id: ssn
Title: "Social security number"
Description: "Social security number of a patient, in an element of its own so that a policy can hide it."
Context: Patient
* value[x] 1..1
* value[x] only string
* obeys mb-ssn-format

Invariant: mb-ssn-format
Description: "A social security number is nine digits, with or without hyphens."
Expression: "value.matches('^[0-9]{3}-?[0-9]{2}-?[0-9]{4}$')"
Severity: #error

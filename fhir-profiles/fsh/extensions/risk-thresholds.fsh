Extension: RiskThresholds
Id: risk-thresholds
Title: "Risk thresholds"
Description: "When a clinic wants to be alerted: the lowest band whose reaching is an alert, the hours to acknowledge it, and from which score each band begins."
Context: Basic
* extension contains
    alertFrom 1..1 and
    criticalHours 1..1 and
    highHours 1..1 and
    mediumHours 1..1 and
    mediumFrom 0..1 and
    highFrom 0..1 and
    criticalFrom 0..1
* extension[alertFrom].value[x] only code
* extension[alertFrom].valueCode from RiskBandVS (required)
* extension[criticalHours].value[x] only integer
* extension[highHours].value[x] only integer
* extension[mediumHours].value[x] only integer
* extension[mediumFrom].value[x] only integer
* extension[highFrom].value[x] only integer
* extension[criticalFrom].value[x] only integer

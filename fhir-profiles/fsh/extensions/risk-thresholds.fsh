Extension: RiskThresholds
Id: risk-thresholds
Title: "Risk thresholds"
Description: "When a clinic wants to be alerted: the lowest band whose reaching is an alert, and the hours to acknowledge it."
Context: Basic
* extension contains
    alertFrom 1..1 and
    criticalHours 1..1 and
    highHours 1..1 and
    mediumHours 1..1
* extension[alertFrom].value[x] only code
* extension[alertFrom].valueCode from RiskBandVS (required)
* extension[criticalHours].value[x] only integer
* extension[highHours].value[x] only integer
* extension[mediumHours].value[x] only integer

Extension: RiskBands
Id: risk-bands
Title: "Risk bands"
Description: "Lowest score of each band above low, where a clinic's supervisors set others than 40, 70 and 90."
Context: RiskAssessment, Observation
* extension contains
    mediumFrom 1..1 and
    highFrom 1..1 and
    criticalFrom 1..1
* extension[mediumFrom].value[x] only integer
* extension[highFrom].value[x] only integer
* extension[criticalFrom].value[x] only integer

Extension: RiskContribution
Id: risk-contribution
Title: "Risk contribution"
Description: "What one factor adds to the score: its value, its points, whether it is known, and the record versions behind it. The contributions of an assessment sum to its score."
Context: RiskAssessment, RiskAssessment.prediction
* extension contains
    factor 1..1 and
    value 0..1 and
    points 1..1 and
    state 1..1 and
    basis 0..*
* extension[factor].value[x] only code
* extension[factor].value[x] 1..1
* extension[factor].valueCode from RiskFactorVS (required)
* extension[value].value[x] only Quantity or string
* extension[points].value[x] only decimal
* extension[points].value[x] 1..1
* extension[state].value[x] only code
* extension[state].value[x] 1..1
* extension[state].valueCode from FactorStateVS (required)
* extension[basis].value[x] only Reference

Extension: RiskChange
Id: risk-change
Title: "Risk change"
Description: "What changed since the patient's previous assessment: the whole score when no factor is named, otherwise one factor."
Context: RiskAssessment, RiskAssessment.prediction
* extension contains
    factor 0..1 and
    from 0..1 and
    to 0..1 and
    points 0..1 and
    previous 0..1
* extension[factor].value[x] only code
* extension[factor].valueCode from RiskFactorVS (required)
* extension[from].value[x] only Quantity or string or decimal or integer
* extension[to].value[x] only Quantity or string or decimal or integer
* extension[points].value[x] only decimal
* extension[previous].value[x] only Reference(RiskAssessment)

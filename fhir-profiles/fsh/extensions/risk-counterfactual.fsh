Extension: RiskCounterfactual
Id: risk-counterfactual
Title: "Risk counterfactual"
Description: "The smallest change of one factor that moves the patient into another band."
Context: RiskAssessment, RiskAssessment.prediction
* extension contains
    factor 1..1 and
    from 0..1 and
    to 1..1 and
    band 1..1
* extension[factor].value[x] only code
* extension[factor].valueCode from RiskFactorVS (required)
* extension[from].value[x] only Quantity or string or decimal or integer
* extension[to].value[x] only Quantity or string or decimal or integer
* extension[band].value[x] only code
* extension[band].valueCode from RiskBandVS (required)

ValueSet: RiskInputVS
Id: risk-input
Title: "Risk inputs"
Description: "Codes of the Observations from which the risk bot scores, and which start it."
* ^experimental = false
* $mb-observation#crisis-call
* $mb-observation#medication-adherence
* $mb-observation#cssrs-item-1
* $mb-observation#cssrs-item-2
* $mb-observation#cssrs-item-3
* $mb-observation#cssrs-item-4
* $mb-observation#cssrs-item-5
* $mb-observation#cssrs-item-6
* $loinc#44261-6
* $loinc#44260-8
* $loinc#70274-6
* $loinc#93373-9

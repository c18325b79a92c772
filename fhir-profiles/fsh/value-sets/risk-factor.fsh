ValueSet: RiskFactorVS
Id: risk-factor
Title: "Risk factors"
Description: "All risk factors."
* ^experimental = false
* include codes from system RiskFactorCS

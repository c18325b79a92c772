ValueSet: RiskBandVS
Id: risk-band
Title: "Risk bands"
Description: "All risk bands."
* ^experimental = false
* include codes from system RiskBandCS

ValueSet: FactorStateVS
Id: factor-state
Title: "Factor states"
Description: "All factor states."
* ^experimental = false
* include codes from system FactorStateCS

CodeSystem: FactorStateCS
Id: factor-state
Title: "Factor states"
Description: "Whether the value of a risk factor is known."
* ^caseSensitive = true
* ^experimental = false
* #known "Known"
* #stale "Stale" "The newest value is older than the factor's window."
* #unknown "Unknown" "No value was found."

CodeSystem: RiskBandCS
Id: risk-band
Title: "Risk bands"
Description: "Bands of the risk score. Critical is the top of high and counts within it."
* ^caseSensitive = true
* ^experimental = false
* #low "Low" "Score below 40."
* #medium "Medium" "Score from 40 to below 70."
* #high "High" "Score from 70 to below 90."
* #critical "Critical" "Score of 90 or more."

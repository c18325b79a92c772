CodeSystem: News2RiskCS
Id: news2-risk
Title: "NEWS2 clinical risk"
Description: "Clinical risk by the thresholds of the National Early Warning Score 2."
* ^caseSensitive = true
* ^experimental = false
* #low "Low" "Score 0 to 4."
* #low-medium "Low to medium" "A single parameter at 3: urgent review at the ward."
* #medium "Medium" "Score 5 or 6: urgent response."
* #high "High" "Score 7 or more: emergency response."

CodeSystem: RiskFactorCS
Id: risk-factor
Title: "Risk factors"
Description: "What may contribute points to a risk score."
* ^caseSensitive = true
* ^experimental = false
* #crisis-calls "Crisis calls in 30 days"
* #medication-adherence "Medication adherence"
* #missed-appointments "Missed appointments in 90 days"
* #days-since-seen "Days since last seen"
* #phq-9 "PHQ-9 total"
* #phq-9-item-9 "PHQ-9 item 9: thoughts of self-harm"
* #gad-7 "GAD-7 total"
* #c-ssrs "C-SSRS items 4 to 6"
* #cap "Cap at 100" "Points taken off because the sum passed 100."
* #floor "Floor at critical" "Points added because an answer about suicide asks for it, whatever the sum."
* #rounding "Rounding" "Part of a point by which the score was rounded."

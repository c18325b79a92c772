CodeSystem: ObservationCS
Id: observation
Title: "MindBridge observations"
Description: "Observations that have no LOINC code of their own, and those that the risk bot writes."
* ^caseSensitive = true
* ^experimental = false
* #crisis-call "Crisis call" "A call to the crisis line; the value may count several calls."
* #medication-adherence "Medication adherence" "Share of the prescribed doses that were taken, in percent."
* #risk-score "Risk score" "Score of the latest risk assessment, 0 to 100."
* #risk-band "Risk band" "Band of the latest risk assessment."
* #cssrs-item-1 "C-SSRS 1: wish to be dead"
* #cssrs-item-2 "C-SSRS 2: non-specific active suicidal thoughts"
* #cssrs-item-3 "C-SSRS 3: suicidal thoughts with a method, without intent"
* #cssrs-item-4 "C-SSRS 4: suicidal intent without a specific plan"
* #cssrs-item-5 "C-SSRS 5: suicidal intent with a specific plan"
* #cssrs-item-6 "C-SSRS 6: suicidal behaviour"

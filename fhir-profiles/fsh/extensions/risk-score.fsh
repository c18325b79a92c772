Extension: RiskScore
Id: risk-score
Title: "Risk score"
Description: "Score of the assessment, 0 to 100."
Context: RiskAssessment
* value[x] 1..1
* value[x] only integer
* obeys mb-score-range

Invariant: mb-score-range
Description: "A risk score lies between 0 and 100."
Expression: "value >= 0 and value <= 100"
Severity: #error

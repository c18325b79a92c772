Extension: RiskTrend
Id: risk-trend
Title: "Risk trend"
Description: "How the score or an instrument moved over the last weeks: the slope of a straight line through one value of each day."
Context: RiskAssessment
* extension contains
    of 1..1 and
    direction 1..1 and
    perWeek 1..1 and
    weeks 1..1 and
    values 1..1 and
    since 1..1
* extension[of].value[x] only code
* extension[direction].value[x] only code
* extension[perWeek].value[x] only decimal
* extension[weeks].value[x] only integer
* extension[values].value[x] only integer
* extension[since].value[x] only date

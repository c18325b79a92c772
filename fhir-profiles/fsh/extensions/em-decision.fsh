Extension: EmDecision
Id: em-decision
Title: "Decision on the level of a visit"
Description: "What decides the level of an office visit: the three elements of medical decision making or the time, what would be needed for one level more, and what the level hangs on."
Context: Claim.item
* extension contains
    basis 1..1 and
    reason 1..1 and
    problems 1..1 and
    data 1..1 and
    risk 1..1 and
    byTime 0..1 and
    forHigher 0..1 and
    atRisk 0..1
* extension[basis].value[x] only code
* extension[reason].value[x] only string
* extension[problems].value[x] only string
* extension[data].value[x] only string
* extension[risk].value[x] only string
* extension[byTime].value[x] only positiveInt
* extension[forHigher].value[x] only string
* extension[atRisk].value[x] only string

Extension: PromptActivation
Id: prompt-activation
Title: "Prompt activation"
Description: "On the document of a prompt: that it is in use, since when, by whom, and for which share of encounters in percent."
* extension contains
    share 1..1 and
    at 1..1 and
    by 1..1
* extension[share].value[x] only integer
* extension[at].value[x] only dateTime
* extension[by].value[x] only Reference

Extension: Simulated
Id: simulated
Title: "Simulated"
Description: "The content comes from a simulator, not from what it stands for."
* value[x] 1..1
* value[x] only boolean

Extension: CodeTable
Id: code-table
Title: "Code table in use"
Description: "The release of the code table from which the diagnosis codes come, and whether the day of service lies after its end."
Context: Claim
* extension contains
    version 1..1 and
    expired 1..1
* extension[version].value[x] only string
* extension[version].value[x] 1..1
* extension[expired].value[x] only boolean
* extension[expired].value[x] 1..1

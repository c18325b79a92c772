// Fails: mb-thresholds-bands
Instance: thresholds-late-critical-invalid
InstanceOf: Basic
Usage: #example
* meta.profile = "https://mindbridge.health/fhir/StructureDefinition/clinic-risk-thresholds"
* identifier.system = "https://mindbridge.health/fhir/sid/risk-thresholds"
* identifier.value = "clinic"
* code.text = "Risk thresholds"
* extension.url = "https://mindbridge.health/fhir/StructureDefinition/risk-thresholds"
* extension.extension[0].url = "alertFrom"
* extension.extension[0].valueCode = #medium
* extension.extension[1].url = "criticalHours"
* extension.extension[1].valueInteger = 1
* extension.extension[2].url = "highHours"
* extension.extension[2].valueInteger = 2
* extension.extension[3].url = "mediumHours"
* extension.extension[3].valueInteger = 6
* extension.extension[4].url = "mediumFrom"
* extension.extension[4].valueInteger = 30
* extension.extension[5].url = "highFrom"
* extension.extension[5].valueInteger = 60
* extension.extension[6].url = "criticalFrom"
* extension.extension[6].valueInteger = 99

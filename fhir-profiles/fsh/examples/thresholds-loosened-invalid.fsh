// Fails: mb-thresholds-order
Instance: thresholds-loosened-invalid
InstanceOf: Basic
Usage: #example
* meta.profile = "https://mindbridge.health/fhir/StructureDefinition/clinic-risk-thresholds"
* identifier.system = "https://mindbridge.health/fhir/sid/risk-thresholds"
* identifier.value = "clinic"
* code.text = "Risk thresholds"
* extension.url = "https://mindbridge.health/fhir/StructureDefinition/risk-thresholds"
* extension.extension[0].url = "alertFrom"
* extension.extension[0].valueCode = #high
* extension.extension[1].url = "criticalHours"
* extension.extension[1].valueInteger = 2
* extension.extension[2].url = "highHours"
* extension.extension[2].valueInteger = 4
* extension.extension[3].url = "mediumHours"
* extension.extension[3].valueInteger = 8

// Fails: mb-patient-family
Instance: patient-without-family-invalid
InstanceOf: Patient
Usage: #example
* meta.profile = "https://mindbridge.health/fhir/StructureDefinition/patient"
* identifier.system = $patient-number
* identifier.value = "P300"
* name.given = "Robert"
* gender = #male
* birthDate = "1987-03-14"

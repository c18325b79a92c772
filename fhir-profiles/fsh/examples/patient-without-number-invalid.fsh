// Fails: Patient.identifier
Instance: patient-without-number-invalid
InstanceOf: Patient
Usage: #example
* meta.profile = "https://mindbridge.health/fhir/StructureDefinition/patient"
* name.family = "Davis"
* gender = #male
* birthDate = "1987-03-14"

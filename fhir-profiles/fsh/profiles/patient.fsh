Profile: MindBridgePatient
Parent: Patient
Id: patient
Title: "MindBridge patient"
Description: "A patient of a clinic: numbered, named, with birth date."
* identifier 1..*
* identifier ^slicing.discriminator.type = #value
* identifier ^slicing.discriminator.path = "system"
* identifier ^slicing.rules = #open
* identifier contains number 1..1 MS
* identifier[number].system 1..1
* identifier[number].system = "https://mindbridge.health/fhir/sid/patient-number" (exactly)
* identifier[number].value 1..1
* name 1..* MS
* birthDate 1..1 MS
* gender 1..1 MS
* telecom MS
* address MS
* extension contains SocialSecurityNumber named ssn 0..1
* obeys mb-patient-family

Invariant: mb-patient-family
Description: "At least one name of a patient has a family name."
Expression: "name.where(family.exists()).exists()"
Severity: #error

Instance: patient-davis-robert
InstanceOf: MindBridgePatient
Usage: #example
* identifier[number].value = "P004"
* active = true
* name.use = #official
* name.family = "Davis"
* name.given = "Robert"
* gender = #male
* birthDate = "1987-03-14"
* telecom.system = #phone
* telecom.value = "555-0104"
* extension[ssn].valueString = "900-10-0004"

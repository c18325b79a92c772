Instance: security-context
InstanceOf: SearchParameter
Usage: #definition
Title: "Security context of a Binary"
Description: "Searches Binaries by the resource whose readers may read them, which R4 does not offer."
* url = "https://mindbridge.health/fhir/SearchParameter/security-context"
* name = "SecurityContext"
* status = #active
* experimental = false
* description = "The resource that stands for the rights to a Binary: who may read that resource may read the Binary."
* code = #security-context
* base = #Binary
* type = #reference
* expression = "Binary.securityContext"
* xpath = "f:Binary/f:securityContext"
* xpathUsage = #normal
* target[+] = #Patient
* target[+] = #Practitioner
* target[+] = #Organization
* target[+] = #Encounter
* target[+] = #Observation
* target[+] = #DiagnosticReport
* target[+] = #DocumentReference
* target[+] = #Composition
* target[+] = #Media
* target[+] = #Communication
* target[+] = #Consent
* target[+] = #Claim
* target[+] = #Task
* target[+] = #QuestionnaireResponse
* multipleOr = true
* multipleAnd = true

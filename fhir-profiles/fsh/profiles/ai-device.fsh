Profile: AiDevice
Parent: Device
Id: ai-device
Title: "AI device"
Description: "One engine in one version, with the name that people read and the place of its model card."
* identifier 1..* MS
* deviceName 1..* MS
* version 1..* MS
* obeys mb-ai-device-identifier

Invariant: mb-ai-device-identifier
Description: "The device carries the identifier that keeps it one per engine and version."
Expression: "identifier.where(system = 'https://mindbridge.health/fhir/sid/engine' and value.exists()).count() = 1"
Severity: #error

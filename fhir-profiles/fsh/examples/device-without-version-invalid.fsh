// Fails: Device.version
Instance: device-without-version-invalid
InstanceOf: Device
Usage: #example
* meta.profile = "https://mindbridge.health/fhir/StructureDefinition/ai-device"
* identifier.system = $engine-id
* identifier.value = "risk/1"
* deviceName.name = "MindBridge risk engine"
* deviceName.type = #model-name

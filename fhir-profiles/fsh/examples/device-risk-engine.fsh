Instance: device-risk-engine
InstanceOf: AiDevice
Usage: #example
* identifier.system = $engine-id
* identifier.value = "risk/1"
* deviceName.name = "MindBridge risk engine"
* deviceName.type = #model-name
* version.value = "1"

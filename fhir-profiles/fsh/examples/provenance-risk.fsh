Instance: provenance-risk
InstanceOf: AiProvenance
Usage: #example
* target = Reference(risk-critical)
* recorded = "2026-02-10T06:00:00Z"
* agent.type = $participant#author
* agent.who = Reference(device-risk-engine)
* entity.role = #source
* entity.what = Reference(crisis-call-two)

// Fails: mb-ai-author
Instance: provenance-by-person-invalid
InstanceOf: Provenance
Usage: #example
* meta.profile = "https://mindbridge.health/fhir/StructureDefinition/ai-provenance"
* target = Reference(risk-critical)
* recorded = "2026-02-10T06:00:00Z"
* agent.who.reference = "Practitioner/someone"
* entity.role = #source
* entity.what = Reference(crisis-call-two)

Profile: AiProvenance
Parent: Provenance
Id: ai-provenance
Title: "AI provenance"
Description: "Who wrote what an AI asserted: the device (one per engine and version) as author, the record versions it read as sources."
* target 1..*
* agent 1..* MS
* entity 1..* MS
* obeys mb-ai-author

Invariant: mb-ai-author
Description: "One agent is a device."
Expression: "agent.who.where(reference.startsWith('Device/') or reference.startsWith('urn:uuid:') or type = 'Device').exists()"
Severity: #error

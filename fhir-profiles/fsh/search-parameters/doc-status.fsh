Instance: doc-status
InstanceOf: SearchParameter
Usage: #definition
Title: "Document status"
Description: "Searches documents by docStatus, which R4 does not offer."
* url = "https://mindbridge.health/fhir/SearchParameter/doc-status"
* name = "DocStatus"
* status = #active
* experimental = false
* description = "Status of the document itself (preliminary, final, amended, entered-in-error), as Da Vinci Patient Cost Transparency defines it."
* code = #doc-status
* base = #DocumentReference
* type = #token
* expression = "DocumentReference.docStatus"
* xpath = "f:DocumentReference/f:docStatus"
* xpathUsage = #normal
* multipleOr = true
* multipleAnd = true

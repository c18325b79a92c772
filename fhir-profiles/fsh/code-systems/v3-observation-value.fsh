CodeSystem: ObservationValueFragment
Id: v3-observation-value
Title: "ObservationValue (fragment)"
Description: "The codes of HL7's ObservationValue that R4's own copy does not know yet: the label of content asserted by artificial intelligence."
* ^url = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue"
* ^publisher = "HL7 International"
* ^content = #fragment
* ^caseSensitive = true
* ^experimental = false
* #AIAST "Artificial Intelligence asserted" "Security provenance metadata observation value that the content was asserted by an artificial intelligence."

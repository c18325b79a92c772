ValueSet: AiLabelVS
Id: ai-label
Title: "AI label"
Description: "Labels of content that an AI asserted."
* ^experimental = false
* $v3-ObservationValue#AIAST

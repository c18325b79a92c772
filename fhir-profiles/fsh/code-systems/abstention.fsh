CodeSystem: AbstentionCS
Id: abstention
Title: "Abstentions"
Description: "Why an engine drafted nothing. The list grows with the engines; every code is kebab-case."
* ^caseSensitive = true
* ^experimental = false
* ^content = #fragment
* #transcript-missing "There is no transcript"
* #transcript-empty "The transcript says nothing"
* #transcript-language "The transcript is in a language that the engine does not know"
* #transcript-too-long "The transcript is longer than the engine takes"
* #nothing-clinical "Nothing of clinical meaning was said"
* #model-unavailable "The model gave no usable answer"

Extension: CodeEvidence
Id: code-evidence
Title: "Evidence of a code"
Description: "Why a code was suggested: one sentence, and the words of the signed note behind it (UTF-16 offsets in its text, half-open; SHA-256 of the words)."
Context: Claim.diagnosis, Claim.item
* extension contains
    rationale 1..1 and
    note 0..1 and
    sentence 0..1 and
    start 0..1 and
    end 0..1 and
    quote 0..1 and
    sha256 0..1 and
    alternative 0..*
* extension[rationale].value[x] only string
* extension[rationale].value[x] 1..1
* extension[note].value[x] only Reference(DocumentReference)
* extension[sentence].value[x] only string
* extension[start].value[x] only integer
* extension[end].value[x] only integer
* extension[quote].value[x] only string
* extension[sha256].value[x] only string
* extension[alternative].value[x] only Coding

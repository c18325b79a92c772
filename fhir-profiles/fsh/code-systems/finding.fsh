CodeSystem: FindingCS
Id: finding
Title: "Findings"
Description: "What a validator finds in a draft."
* ^caseSensitive = true
* ^experimental = false
* #drug "Drug"
* #dose "Dose"
* #diagnosis "Diagnosis"
* #allergy "Allergy"
* #procedure "Procedure"
* #side "Side"
* #negation "Negation"
* #number "Number"
* #critical "Critical finding"
* #documentation "Documentation is missing"

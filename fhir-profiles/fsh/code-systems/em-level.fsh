CodeSystem: EmLevelCS
Id: em-level
Title: "Levels of an office visit"
Description: "Levels of office visits by the public rules in force since 2021. Code numbers and their wording belong to their publisher: a clinic that has the licence maps these to them."
* ^caseSensitive = true
* ^experimental = false
* #new-2 "New patient, level 2"
* #new-3 "New patient, level 3"
* #new-4 "New patient, level 4"
* #new-5 "New patient, level 5"
* #established-2 "Established patient, level 2"
* #established-3 "Established patient, level 3"
* #established-4 "Established patient, level 4"
* #established-5 "Established patient, level 5"

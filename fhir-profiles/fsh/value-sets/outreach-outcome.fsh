ValueSet: OutreachOutcomeVS
Id: outreach-outcome
Title: "Outreach outcomes"
Description: "All outreach outcomes."
* ^experimental = false
* include codes from system OutreachOutcomeCS

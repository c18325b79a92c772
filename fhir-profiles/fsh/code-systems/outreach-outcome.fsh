CodeSystem: OutreachOutcomeCS
Id: outreach-outcome
Title: "Outreach outcomes"
Description: "What an outreach achieved."
* ^caseSensitive = true
* ^experimental = false
* #patient-contacted "Patient contacted"
* #appointment-scheduled "Appointment scheduled"
* #crisis-team-notified "Crisis team notified"

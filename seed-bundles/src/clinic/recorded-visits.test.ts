// Pages: https://hl7.org/fhir/R4/consent.html, https://hl7.org/fhir/R4/encounter.html
import type { Consent, Encounter } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { planPatients } from './patient-plan.ts';
import { recordedVisitEntries, recordedVisits } from './recorded-visits.ts';

const references = {
  organization: 'Organization/clinic',
  team: 'Organization/team',
  location: 'Location/main',
  caseManagers: [],
  physicians: [{ reference: 'Practitioner/a' }, { reference: 'Practitioner/b' }],
};
const day = { day: '2026-11-24', timeZone: 'America/New_York' };

describe('recorded visits', () => {
  it('are open visits of today, with a consent that covers now', () => {
    for (const visit of recordedVisits) {
      const entries = recordedVisitEntries(visit, { reference: 'Patient/1' }, day, references);
      const [encounter, consent] = entries.map(({ resource }) => resource) as [Encounter, Consent];
      expect(encounter.status).toBe('in-progress');
      expect(encounter.period?.start?.slice(0, 10)).toBe('2026-11-24');
      expect(Date.parse(consent.provision?.period?.start ?? '')).toBeLessThan(Date.parse('2026-11-24T00:00:00Z'));
    }
  });

  it('belong to patients whose physician is the first one, and who are not at high risk', () => {
    const plans = planPatients();
    for (const { patientNumber } of recordedVisits) {
      expect(Number(patientNumber.slice(1)) % references.physicians.length).toBe(0);
      expect(plans.find(({ number }) => number === patientNumber)?.band).not.toBe('high');
    }
  });
});

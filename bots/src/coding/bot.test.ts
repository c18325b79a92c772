/**
 * The whole run on Medplum's own mock: a signed note becomes a draft Claim with a reason for each code, or a recorded
 * reason why not.
 * @see https://hl7.org/fhir/R4/claim.html
 */
import { createHash } from 'node:crypto';
import type { Claim, ConceptMap, DocumentReference, Extension, Resource } from '@medplum/fhirtypes';
import { MockClient } from '@medplum/mock';
import { codeSystemUrl, documentFormatCoding, emLevelCoding, extensionUrl } from '@mindbridge/fhir-profiles';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toBase64 } from '../kit/index.ts';
import { botEvent, indexDefinitions } from '../testing/clinic.ts';
import { type SeededVisit, seedVisit } from '../testing/visit.ts';
import { handler } from './bot.ts';
import { levelNumbers } from './reads.ts';

const noteText = `SUBJECTIVE
The patient reports low mood and poor sleep.

ASSESSMENT
Major depressive disorder, recurrent, moderate.
Left knee pain, probable gout.

PLAN
Increase sertraline to 100 mg daily.
She was screened for depression today.
`;

let medplum: MockClient;
let visit: SeededVisit;

beforeAll(indexDefinitions);

beforeEach(async () => {
  medplum = new MockClient({ seedDefaultData: false });
  visit = await seedVisit(medplum);
});

async function all<T extends Resource['resourceType']>(type: T): Promise<Extract<Resource, { resourceType: T }>[]> {
  medplum.invalidateAll();
  return (await medplum.searchResources(type, { _count: 100 })) as unknown as Extract<Resource, { resourceType: T }>[];
}

async function signedNote(text = noteText, change: Partial<DocumentReference> = {}): Promise<DocumentReference> {
  const at = text.indexOf('Major depressive');
  const evidence = { sentences: [{ sentenceId: 's2', start: at, end: at + 47 }] };
  return medplum.createResource<DocumentReference>({
    resourceType: 'DocumentReference',
    status: 'current',
    docStatus: 'final',
    type: { coding: [{ system: 'http://loinc.org', code: '11506-3' }] },
    subject: { reference: `Patient/${visit.patient.id}` },
    authenticator: { reference: `Practitioner/${visit.doctor.id}` },
    context: { encounter: [{ reference: `Encounter/${visit.encounter.id}` }] },
    content: [
      { attachment: { contentType: 'text/plain', data: toBase64(text) }, format: documentFormatCoding.note },
      {
        attachment: { contentType: 'application/json', data: toBase64(JSON.stringify(evidence)) },
        format: documentFormatCoding.evidence,
      },
    ],
    ...change,
  });
}

const partsOf = (extensions: readonly Extension[] | undefined, url: string): Record<string, unknown> =>
  Object.fromEntries(
    (extensions?.find((each) => each.url === url)?.extension ?? []).map(({ url: name, ...value }) => [
      name,
      Object.values(value)[0] as unknown,
    ]),
  );

async function claim(): Promise<Claim> {
  const [found] = await all('Claim');
  if (!found) {
    throw new Error('No Claim was written');
  }
  return found;
}

describe('coder', () => {
  it('drafts a claim with codes of the day, each with its reason and the words behind it', async () => {
    const note = await signedNote();
    expect(await handler(medplum, botEvent(note))).toMatchObject({ kind: 'draft' });
    const { status, diagnosis = [], extension } = await claim();
    expect(status).toBe('draft');
    const codes = diagnosis.map((each) => each.diagnosisCodeableConcept?.coding?.[0]?.code);
    expect(codes).toEqual(['F33.1', 'M25.562']);
    const why = partsOf(diagnosis[0]?.extension, extensionUrl.codeEvidence);
    expect(noteText.slice(Number(why.start), Number(why.end))).toBe(why.quote);
    expect(why).toMatchObject({
      sentence: 's2',
      sha256: createHash('sha256').update(String(why.quote)).digest('hex'),
      note: { reference: `DocumentReference/${note.id}/_history/${note.meta?.versionId}` },
    });
    expect(partsOf(extension, extensionUrl.codeTable)).toEqual({ version: 'FY2026 curated', expired: false });
  });

  it('decides the level of the visit with its reason, and shows too high and too low alike', async () => {
    await handler(medplum, botEvent(await signedNote()));
    const [visitItem, service] = (await claim()).item ?? [];
    expect(visitItem?.productOrService.coding?.map((each) => each.code)).toEqual(['new-3']);
    expect(visitItem?.diagnosisSequence).toEqual([1, 2]);
    const decision = partsOf(visitItem?.extension, extensionUrl.emDecision);
    expect(decision).toMatchObject({ basis: 'decision-making' });
    expect(service?.productOrService.coding?.[0]?.code).toBe('G0444');
    const details = (await all('DetectedIssue')).map((each) => each.detail);
    expect(details).toEqual(
      expect.arrayContaining([expect.stringMatching(/^Too high\?/), expect.stringMatching(/^Too low\?/)]),
    );
  });

  it('takes the licensed number from the clinic’s own map, and ships none', async () => {
    await medplum.createResource<ConceptMap>({
      resourceType: 'ConceptMap',
      url: levelNumbers,
      status: 'active',
      group: [
        {
          source: codeSystemUrl.emLevel,
          target: 'urn:licensed',
          element: [{ code: emLevelCoding.new3.code, target: [{ code: 'N3', equivalence: 'equal' }] }],
        },
      ],
    });
    await handler(medplum, botEvent(await signedNote()));
    expect((await claim()).item?.[0]?.productOrService.coding?.[0]).toEqual({ system: 'urn:licensed', code: 'N3' });
  });

  it('knows an established patient by an earlier visit', async () => {
    const { id: _, meta: __, ...earlier } = visit.encounter;
    await medplum.createResource({
      ...earlier,
      period: { start: '2025-06-01T14:00:00Z', end: '2025-06-01T14:30:00Z' },
    });
    await handler(medplum, botEvent(await signedNote()));
    expect((await claim()).item?.[0]?.productOrService.coding?.[0]?.code).toMatch(/^established-/);
  });

  it('warns visibly when the newest table has ended before the day of service', async () => {
    await medplum.updateResource({ ...visit.encounter, period: { start: '2026-11-24T14:00:00Z' } });
    await handler(medplum, botEvent(await signedNote()));
    expect(partsOf((await claim()).extension, extensionUrl.codeTable)).toMatchObject({ expired: true });
    expect((await all('DetectedIssue')).map((each) => each.detail)).toContainEqual(
      expect.stringContaining('ended before the day of service'),
    );
  });

  it('asks the clinician for a Task, writes no Condition, and says who suggested from what', async () => {
    const note = await signedNote();
    await handler(medplum, botEvent(note));
    expect((await all('Task'))[0]).toMatchObject({ owner: { reference: `Practitioner/${visit.doctor.id}` } });
    expect(await all('Condition')).toHaveLength(0);
    const [provenance] = await all('Provenance');
    expect(provenance?.entity?.[0]?.what.reference).toContain(`DocumentReference/${note.id}/_history/`);
  });

  it('writes nothing twice for the same event', async () => {
    const note = await signedNote();
    const first = await handler(medplum, botEvent(note));
    expect(await handler(medplum, botEvent(note))).toEqual(first);
    expect(await all('Claim')).toHaveLength(1);
  });
});

describe('coder, where there is nothing to code', () => {
  it.each([
    ['assessment-missing', 'SUBJECTIVE\nShe feels well.\n'],
    ['nothing-to-code', 'ASSESSMENT\nProbable pneumonia.\nPLAN\nRest.\n'],
  ])('abstains with %s and writes nothing else', async (code, text) => {
    expect(await handler(medplum, botEvent(await signedNote(text)))).toMatchObject({ kind: 'abstain', code });
    expect((await all('GuidanceResponse'))[0]?.reasonCode?.[0]?.coding?.[0]?.code).toBe(code);
    expect(await all('Claim')).toHaveLength(0);
  });

  it('abstains for a day before the first table', async () => {
    await medplum.updateResource({ ...visit.encounter, period: { start: '2020-01-15T14:00:00Z' } });
    expect(await handler(medplum, botEvent(await signedNote()))).toMatchObject({ code: 'code-table-missing' });
  });

  it('leaves an unsigned note alone, without a word', async () => {
    const note = await signedNote(noteText, { docStatus: 'preliminary' });
    expect(await handler(medplum, botEvent(note))).toMatchObject({ kind: 'abstain', code: 'note-unsigned' });
    expect(await all('GuidanceResponse')).toHaveLength(0);
  });

  it('refuses an event that names no note, for good', async () => {
    await expect(handler(medplum, botEvent(visit.patient))).rejects.toMatchObject({ retryable: false });
  });
});

// N7, N8: a prompt gets into use with an eval report above the floors, for a share of encounters, and out of it when reviewers keep less.
import type {
  Bundle,
  DocumentReference,
  MeasureReport,
  OperationOutcome,
  ProjectMembership,
  Task,
} from '@medplum/fhirtypes';
import { documentCoding, documentFormatCoding, identifierSystem } from '@mindbridge/fhir-profiles';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { issuesOf, startTestServer, type TestAnswer, type TestClinic, type TestServer } from '../../testing.ts';
import { addMember, type TestMember } from '../../testing-member.ts';
import { type AiRecord, appendAiRecord } from '../ai-record/ai-record.ts';
import { editNote } from '../notes/edit-note.ts';
import { sha256 } from '../notes/sha256.ts';
import { draftBundle, draftEvidence } from '../notes/testing.ts';
import { reviewMeasure, unkeptMeasure } from './acceptance.ts';
import { type EvalReport, parseEvalReport, shortcomings } from './eval-report.ts';
import { type ActivePrompt, promptFor } from './prompt-document.ts';

const GOOD = { A1: 1, A2: 0.95, A3: 0.97, B1: 0.44, B2: 0 };
const encoded = (text: string): string => Buffer.from(text).toString('base64');
const keys = ({ body }: TestAnswer<OperationOutcome>) => issuesOf(body).map(([key]) => key);

function reportOf(version: string, text: string, figures: Record<string, number> = GOOD): EvalReport {
  return {
    version: 1,
    prompt: `soap/${version}`,
    promptSha256: sha256(text),
    data: { name: 'aci-bench valid', sha256: 'b'.repeat(64) },
    date: '2026-11-20',
    approver: 'Practitioner/lead',
    figures,
  };
}

describe('a report', () => {
  test('is read whole or not at all', () => {
    const report = reportOf('1.0.0', 'text');
    expect(parseEvalReport(JSON.stringify(report))).toEqual(report);
    for (const missing of ['approver', 'date', 'data', 'figures', 'promptSha256']) {
      expect(parseEvalReport(JSON.stringify({ ...report, [missing]: undefined }))).toBeUndefined();
    }
    expect(parseEvalReport('nonsense')).toBeUndefined();
  });

  test('names every measure that falls short', () => {
    expect(shortcomings(reportOf('1', 't'))).toEqual([]);
    expect(shortcomings(reportOf('1', 't', { ...GOOD, B2: 0.01 }))).toEqual(['B2 is 0.01, needed at most 0.005']);
    expect(shortcomings(reportOf('1', 't', { ...GOOD, A1: 0.96 }))).toEqual(['A1 is 0.96, needed at least 0.97']);
    const { B2: _B2, ...withoutB2 } = GOOD;
    expect(shortcomings(reportOf('1', 't', withoutB2))).toEqual(['B2 is missing']);
    expect(shortcomings({ ...reportOf('1', 't', {}), prompt: 'other/1' })).toEqual(['no measure with a floor']);
  });
});

test('a canary gets its share of encounters, and the same encounter always the same version', () => {
  const active = (key: string, share: number) => ({ key, share, since: '', document: {} }) as unknown as ActivePrompt;
  const both = [active('soap/2', 20), active('soap/1', 100)];
  const chosen = Array.from({ length: 2000 }, (_, n) => promptFor(both, `Encounter/${n}`)?.key);
  const canary = chosen.filter((key) => key === 'soap/2').length;
  expect(canary).toBeGreaterThan(340);
  expect(canary).toBeLessThan(460);
  expect(chosen).toEqual(Array.from({ length: 2000 }, (_, n) => promptFor(both, `Encounter/${n}`)?.key));
  expect(promptFor([], 'Encounter/1')).toBeUndefined();
});

test('a review is measured overall and by section', () => {
  const draft = draftEvidence('DocumentReference/t1/_history/1');
  const editor = { reference: 'Practitioner/dr', at: '2026-01-15T11:00:00Z' };
  const edits = [
    { kind: 'remove', id: 's2' },
    { kind: 'change', id: 's5', text: 'Ibuprofen 400 mg as needed, with food.', isHuman: true },
    { kind: 'add', section: 'plan', text: 'Return if worse.' },
  ] as const;
  const { evidence } = editNote(draft, edits, editor);
  const measure = reviewMeasure(draft, evidence);
  expect(measure.decision).toBe('edited');
  expect(measure.sections.find(({ section }) => section === 'subjective')).toMatchObject({
    kept: 1,
    removed: 1,
    edited: 0,
  });
  expect(measure.sections.find(({ section }) => section === 'plan')).toMatchObject({ edited: 1, added: 1, kept: 0 });
  expect(measure.sections.find(({ section }) => section === 'objective')?.editDistance).toBe(0);
  expect(reviewMeasure(draft, draft)).toMatchObject({ decision: 'accepted', editDistance: 0 });
  expect(unkeptMeasure(draft, 'rejected')).toMatchObject({ decision: 'rejected', editDistance: 1 });
  expect(unkeptMeasure(draft, 'expired')).toMatchObject({ decision: 'expired', editDistance: 1 });
});

describe('on the server', () => {
  let server: TestServer;
  let clinic: TestClinic;
  let physician: TestMember;
  let scribe: TestMember;

  beforeAll(async () => {
    server = await startTestServer();
    clinic = await server.clinic();
    const system = server.house.systemRepository(clinic.tenant);
    const [member] = await system.searchResources<ProjectMembership>({ resourceType: 'ProjectMembership' });
    await system.updateResource<ProjectMembership>({ ...(member as ProjectMembership), admin: true });
    const all = [{ resourceType: '*' as const }];
    physician = await addMember(server, clinic, all, { profile: { reference: 'Practitioner/dr' } });
    scribe = await addMember(server, clinic, all, { profile: { reference: 'Bot/scribe' } });
  }, 60_000);
  afterAll(() => server.close());

  const prompt = (
    version: string,
    text = `text of ${version}`,
    report: EvalReport | undefined = reportOf(version, text),
  ) =>
    clinic.request<DocumentReference>('POST', 'DocumentReference', {
      resourceType: 'DocumentReference',
      identifier: [{ system: identifierSystem.prompt, value: `soap/${version}` }],
      status: 'current',
      docStatus: 'preliminary',
      type: { coding: [documentCoding.prompt] },
      content: [
        { attachment: { contentType: 'application/json', data: encoded(text) }, format: documentFormatCoding.prompt },
        {
          attachment: { contentType: 'application/json', data: encoded(JSON.stringify(report)) },
          format: documentFormatCoding.evalReport,
        },
      ],
    });
  const activate = async (id: string | undefined, query = '') =>
    clinic.request<OperationOutcome>('POST', `DocumentReference/${id}/$activate${query}`);

  test('a prompt below the floors, without a report or with that of another is refused', async () => {
    const bad = await prompt('0.1.0', 'bad', reportOf('0.1.0', 'bad', { ...GOOD, A1: 0.5, B2: 0.2 }));
    const refused = await activate(bad.body.id);
    expect([refused.status, keys(refused)]).toEqual([422, ['prompt-below-floor']]);
    const other = await prompt('0.2.0', 'edited', reportOf('0.2.0', 'text before the edit'));
    expect(keys(await activate(other.body.id))).toEqual(['prompt-report-other']);
    const { body } = await prompt('0.3.0');
    const bare = { ...body, content: body.content.slice(0, 1) };
    await clinic.request('PUT', `DocumentReference/${body.id}`, bare);
    expect(keys(await activate(body.id))).toEqual(['prompt-no-report']);
  });

  test('nobody gets around $activate by a plain write, nor who may not change bots', async () => {
    const { body } = await prompt('0.4.0');
    const put = await clinic.request<OperationOutcome>('PUT', `DocumentReference/${body.id}`, {
      ...body,
      docStatus: 'final',
    });
    expect(keys(put)).toEqual(['prompt-activation']);
    const { id: _id, meta: _meta, ...copy } = body;
    expect((await clinic.request('POST', 'DocumentReference', { ...copy, docStatus: 'final' })).status).toBe(422);
    const reader = await addMember(server, clinic, [{ resourceType: 'DocumentReference' }]);
    expect((await reader.request('POST', `DocumentReference/${body.id}/$activate`)).status).toBe(403);
    expect((await activate(body.id, '?share=0')).status).toBe(400);
  });

  async function rejected(version: string): Promise<void> {
    const visit = {
      patient: 'Patient/p1',
      encounter: 'Encounter/e1',
      clinician: 'Practitioner/dr',
      transcript: 'DocumentReference/t1/_history/1',
    };
    const evidence = { ...draftEvidence(visit.transcript), prompt: { id: 'soap', version, sha256: 'c'.repeat(64) } };
    const { body } = await scribe.request<Bundle>('POST', '', draftBundle(visit, evidence));
    const path = body.entry?.[1]?.response?.location?.split('/fhir/R4/')[1]?.split('/_history')[0];
    const answer = await physician.request('POST', `${path}/$review`, {
      resourceType: 'Parameters',
      parameter: [{ name: 'decision', valueCode: 'rejected' }],
    });
    expect(answer.status, answer.text).toBe(200);
  }

  const decided = (version: string, decision: string, editDistance: number) =>
    appendAiRecord(server.database, clinic.tenant, {
      kind: 'decision',
      at: new Date(),
      output: 'DocumentReference/x/_history/2',
      record: {
        decision,
        editDistance,
        sections: [],
        seconds: 30,
        engine: 'soap-test/1.0.0',
        prompt: `soap/${version}`,
      },
    });

  test('a version whose drafts are kept less goes out of use by itself, with an alert; one as good stays', async () => {
    const [first, second] = [await prompt('1.0.0'), await prompt('1.1.0')];
    expect((await activate(first.body.id)).status).toBe(200);
    expect((await activate(second.body.id, '?share=20')).status).toBe(200);
    const isActive = async () =>
      (await clinic.request<DocumentReference>('GET', `DocumentReference/${second.body.id}`)).body.docStatus ===
      'final';
    for (let n = 0; n < 12; n++) {
      await decided('1.0.0', 'edited', 0.1);
      await decided('1.1.0', n < 8 ? 'edited' : 'accepted', n < 8 ? 0.1 : 0);
    }
    await rejected('1.1.0');
    expect(await isActive()).toBe(true);
    for (let n = 0; n < 12; n++) {
      await decided('1.1.0', 'rejected', 1);
    }
    await rejected('1.1.0');
    expect(await isActive()).toBe(false);
    const { body: alerts } = await clinic.request<Bundle<Task>>('GET', 'Task?priority=urgent');
    expect(alerts.entry?.[0]?.resource?.description).toContain('soap/1.1.0');
  });

  test('acceptance is a MeasureReport by engine and prompt version, and by section', async () => {
    const { body } = await clinic.request<MeasureReport>('GET', '$ai-acceptance');
    const group = body.group?.find(({ code }) => code?.text === 'soap-test/1.0.0 with soap/1.1.0');
    const count = (name: string) => group?.population?.find(({ code }) => code?.text === name)?.count;
    expect([count('decisions'), count('rejected'), count('accepted')]).toEqual([26, 14, 4]);
    expect(group?.measureScore?.value).toBeLessThan(0.6);
    const sections = group?.stratifier?.[0]?.stratum?.map(({ value }) => value?.coding?.[0]?.code);
    expect(sections).toEqual(['subjective', 'objective', 'assessment', 'plan']);
    const patient = await addMember(server, clinic, [{ resourceType: 'Patient' }]);
    expect((await patient.request('GET', '$ai-acceptance')).status).toBe(403);
  });

  test('a decision is in the chain of records, with reviewer, distance and seconds', async () => {
    const { body } = await physician.request<Bundle<DocumentReference>>(
      'GET',
      'DocumentReference?encounter=Encounter/e1',
    );
    const id = body.entry?.[0]?.resource?.id;
    const { body: found } = await physician.request<{ records: AiRecord[] }>(
      'GET',
      `DocumentReference/${id}/$ai-records`,
    );
    const decision = found.records.find(({ kind }) => kind === 'decision');
    expect(decision?.record).toMatchObject({
      reviewer: 'Practitioner/dr',
      decision: 'rejected',
      editDistance: 1,
      overrides: [],
    });
    expect(decision?.record.seconds).toBeGreaterThanOrEqual(0);
  });
});

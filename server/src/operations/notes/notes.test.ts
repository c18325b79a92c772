// S47, N1: draft → reviewed → signed over HTTP: only the addressed clinician, only with evidence, only with a fresh proof.
import type {
  Binary,
  Bundle,
  Composition,
  DetectedIssue,
  DocumentReference,
  OperationOutcome,
  ParametersParameter,
  Provenance,
  Task,
} from '@medplum/fhirtypes';
import { findingCoding } from '@mindbridge/fhir-profiles';
import { compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { personOf, signIn, type TestPerson } from '../../person-testing.ts';
import { issuesOf, startTestServer, type TestAnswer, type TestClinic, type TestServer } from '../../testing.ts';
import { addMember, type TestMember } from '../../testing-member.ts';
import { expireDrafts } from './expire-drafts.ts';
import type { NoteEvidence } from './note-evidence.ts';
import { sha256 } from './sha256.ts';
import { type DraftedVisit, draftBundle, draftEvidence, storedTranscript } from './testing.ts';

let server: TestServer;
let clinic: TestClinic;
let scribe: TestMember;
let visit: DraftedVisit;
let physician: TestPerson;
let token: string;
let other: string;

const everything = { resourceType: 'AccessPolicy', name: 'physician', resource: [{ resourceType: '*' }] } as const;
const policy = () => structuredClone({ ...everything, resource: [...everything.resource] });

beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic();
  physician = await personOf(server, clinic, policy());
  token = await signIn(server, physician);
  other = await signIn(server, await personOf(server, clinic, policy()));
  scribe = await addMember(server, clinic, [{ resourceType: '*' }], { profile: { reference: 'Bot/scribe' } });
  const about = { patient: 'Patient/p1', encounter: 'Encounter/e1' };
  const system = server.house.systemRepository(clinic.tenant);
  const stored = [{ resourceType: 'Patient' as const, id: 'p1' }, ...storedTranscript('t1', about)];
  for (const resource of stored) {
    await system.updateResource(resource);
  }
  visit = { ...about, clinician: physician.profile, transcript: 'DocumentReference/t1/_history/1' };
});
afterAll(() => server.close());

async function stepUp(bearer = token, password = physician.password): Promise<void> {
  const answer = await fetch(`${server.baseUrl}/auth/step-up`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}` },
    body: JSON.stringify({ password }),
  });
  expect(answer.status).toBe(200);
}

const as = <T>(bearer: string, method: string, path: string, body?: unknown, headers = {}): Promise<TestAnswer<T>> =>
  clinic.request<T>(method, path, body, { authorization: `Bearer ${bearer}`, ...headers });

interface Draft {
  readonly document: string;
  readonly composition: string;
  readonly task: string;
}

async function draft(change: (bundle: Bundle) => void = () => undefined): Promise<Draft> {
  const bundle = draftBundle(visit);
  change(bundle);
  const { body, status, text } = await scribe.request<Bundle>('POST', '', bundle);
  expect(status, text).toBe(200);
  const [composition = '', document = '', task = ''] = (body.entry ?? []).map(
    (entry) => entry.response?.location?.split('/fhir/R4/')[1]?.split('/_history')[0] ?? '',
  );
  return { document, composition, task };
}

const parameters = (...parameter: ParametersParameter[]) => ({ resourceType: 'Parameters', parameter });
const sentence = (id: string, text: string, human = false): ParametersParameter => ({
  name: 'sentence',
  part: [
    { name: 'id', valueString: id },
    { name: 'text', valueString: text },
    { name: 'human', valueBoolean: human },
  ],
});
const keys = ({ body }: TestAnswer<OperationOutcome>) => issuesOf(body).map(([key]) => key);
const review = (note: Draft, ...parameter: ParametersParameter[]) =>
  as<OperationOutcome>(token, 'POST', `${note.document}/$review`, parameters(...parameter));
const sign = (note: Draft, bearer = token) => as<OperationOutcome>(bearer, 'POST', `${note.document}/$sign`);
const read = <T>(reference: string, bearer = token) => as<T>(bearer, 'GET', reference);

/** The resource with something changed by who may do everything. */
async function tamper<T extends Binary | Composition>(reference: string, change: (resource: T) => void): Promise<void> {
  const [type, id] = reference.split('/') as [string, string];
  const system = server.house.systemRepository(clinic.tenant);
  const resource = structuredClone(await system.readResource<T>(type, id));
  change(resource);
  await system.updateResource<T>(resource);
}

describe('a draft', () => {
  test('is reviewed, then signed: both resources final, a legal attester, a signature, a finished task', async () => {
    const note = await draft();
    expect(keys(await sign(note))).toEqual(['step-up-required']);
    await stepUp();
    expect(keys(await sign(note))).toEqual(['note-not-reviewed']);
    expect((await review(note)).status).toBe(200);
    expect((await read<Task>(note.task)).body.businessStatus?.coding?.[0]?.code).toBe('reviewed');
    expect((await read(note.document, other)).status).toBe(404);
    const signed = await sign(note);
    expect(signed.status, signed.text).toBe(200);
    const { body: document } = await read<DocumentReference>(note.document, other);
    expect([document.docStatus, document.meta?.tag?.[0]?.code]).toEqual(['final', 'signed']);
    expect(document.meta?.security?.map(({ code }) => code)).toContain('AIAST');
    const { body: composition } = await read<Composition>(note.composition, other);
    expect(composition).toMatchObject({ status: 'final', attester: [{ mode: 'professional' }, { mode: 'legal' }] });
    const { body: task } = await read<Task>(note.task);
    expect(task.status).toBe('completed');
    expect(task.output?.map(({ type }) => type.coding?.[0]?.code)).toEqual(['accepted']);
    expect(keys(await sign(note))).toEqual(['note-signed']);
    expect(keys(await review(note))).toEqual(['note-signed']);
  });

  test('carries a signature that can be verified with the key of the server', async () => {
    const note = await draft();
    await review(note);
    await stepUp();
    await sign(note);
    const { body } = await read<Bundle<Provenance>>(`Provenance?target=${note.document}`);
    const signature = body.entry?.flatMap((entry) => entry.resource?.signature ?? [])[0];
    const jwks = (await (await fetch(`${server.baseUrl}/.well-known/jwks.json`)).json()) as JSONWebKeySet;
    const jws = Buffer.from(signature?.data ?? '', 'base64').toString();
    const { payload } = await compactVerify(jws, createLocalJWKSet(jwks));
    const statement = JSON.parse(new TextDecoder().decode(payload)) as {
      readonly signer: string;
      readonly contents: readonly { readonly reference: string; readonly sha256: string }[];
    };
    expect(statement.signer).toBe(physician.profile);
    for (const { reference, sha256: hash } of statement.contents) {
      expect(sha256((await read(reference)).text)).toBe(hash);
    }
  });

  test('is for its clinician alone to review and sign', async () => {
    const note = await draft();
    expect((await as(other, 'POST', `${note.document}/$review`)).status).toBe(404);
    expect((await clinic.request('POST', `${note.document}/$sign`)).status).toBe(404);
    expect((await scribe.request('POST', `${note.document}/$review`)).status).toBe(404);
  });

  test('is not signed by a client that has nobody who could prove to be there', async () => {
    const note = await draft();
    await review(note);
    const client = await addMember(server, clinic, [{ resourceType: '*' }], {
      profile: { reference: physician.profile },
    });
    const answer = await client.request<OperationOutcome>('POST', `${note.document}/$sign`);
    expect([answer.status, keys(answer)]).toEqual([403, ['step-up-required']]);
  });

  test('is edited within its evidence, or marked as written by the person; each edit shows', async () => {
    const note = await draft();
    const refused = await review(note, sentence('s1', 'The patient has had back pain since Monday.'));
    expect(keys(refused)).toEqual(['note-edit-unsupported']);
    expect((await read<DocumentReference>(note.document)).body.meta?.versionId).toBe('1');
    const answer = await review(
      note,
      sentence('s1', 'Chest pain since Monday, no fever.'),
      sentence('s4', 'Costochondritis, most likely after the gym.', true),
    );
    expect(answer.status, answer.text).toBe(200);
    const { body } = await read<Composition>(note.composition);
    expect(body.section?.[2]?.text?.div).toContain('most likely after the gym');
    await stepUp();
    expect((await sign(note)).status).toBe(200);
    const { body: task } = await read<Task>(note.task);
    expect(task.output?.map(({ type }) => type.coding?.[0]?.code)).toContain('edited');
  });

  test('is rejected for good', async () => {
    const note = await draft();
    expect((await review(note, { name: 'decision', valueCode: 'rejected' })).status).toBe(200);
    expect((await read<DocumentReference>(note.document)).body.docStatus).toBe('entered-in-error');
    expect((await read<Task>(note.task)).body.status).toBe('cancelled');
    expect(keys(await review(note))).toEqual(['note-signed']);
  });

  test('waits for an answer to a finding that blocks', async () => {
    const note = await draft();
    const finding: DetectedIssue = {
      resourceType: 'DetectedIssue',
      status: 'preliminary',
      severity: 'high',
      code: { coding: [findingCoding.dose] },
      implicated: [{ reference: note.document }],
      detail: 'The dose was not said',
      evidence: [{ code: [{ text: 's5' }] }],
    };
    const { body: issue } = await scribe.request<DetectedIssue>('POST', 'DetectedIssue', finding);
    expect(keys(await review(note))).toEqual(['note-finding-open']);
    const reason = (text: string): ParametersParameter => ({
      name: 'finding',
      part: [
        { name: 'issue', valueReference: { reference: `DetectedIssue/${issue.id}` } },
        { name: 'reason', valueString: text },
      ],
    });
    expect((await review(note, reason(' '))).status).toBe(400);
    expect((await review(note, reason('Said before the recording began'))).status).toBe(200);
    const { body: answered } = await read<DetectedIssue>(`DetectedIssue/${issue.id}`);
    expect(answered.mitigation?.[0]?.author?.reference).toBe(physician.profile);
    const again = await draft();
    await scribe.request('POST', 'DetectedIssue', { ...finding, implicated: [{ reference: again.document }] });
    expect((await review(again, sentence('s5', 'Ibuprofen as needed.', true))).status).toBe(200);
  });

  test('at another version than was seen is not reviewed', async () => {
    const note = await draft();
    const answer = await as(token, 'POST', `${note.document}/$review`, parameters(), { 'if-match': 'W/"7"' });
    expect(answer.status).toBe(412);
  });
});

describe('there is no way around the gate', () => {
  test('by PUT, PATCH, Bundle or DELETE', async () => {
    const note = await draft();
    await review(note);
    await stepUp();
    const { body } = await read<DocumentReference>(note.document);
    const final = { ...body, docStatus: 'final' };
    const edited = structuredClone(body);
    (edited.content[0] as { attachment: { data: string } }).attachment.data = 'eA==';
    const tagged = { ...body, meta: undefined, description: 'x' };
    const patch = [{ op: 'replace', path: '/docStatus', value: 'final' }];
    const bundle = (resource: object) => ({
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [{ resource, request: { method: 'PUT', url: note.document } }],
    });
    const put = (resource: object) => as<OperationOutcome>(token, 'PUT', note.document, resource);
    expect(keys(await put(final))).toEqual(['note-sign-by-operation']);
    expect(keys(await put(edited))).toEqual(['note-edit-by-operation']);
    expect(keys(await put(tagged))).toEqual(['note-edit-by-operation']);
    expect(keys(await put({ ...final, meta: undefined }))).toEqual(['note-sign-by-operation']);
    expect((await as(token, 'PATCH', note.document, patch)).status).toBe(422);
    expect((await as(token, 'POST', '', bundle(final))).status).toBe(422);
    const composition = (await read<Composition>(note.composition)).body;
    expect((await as(token, 'PUT', note.composition, { ...composition, status: 'final' })).status).toBe(422);
    expect((await as(token, 'PUT', note.composition, { ...composition, title: 'x' })).status).toBe(422);
    expect((await as(token, 'DELETE', note.document)).status).toBe(422);
    expect((await as(token, 'POST', '', { ...bundle(final), entry: [deletion(note)] })).status).toBe(422);
    expect((await read<DocumentReference>(note.document)).body.docStatus).toBe('preliminary');
  });

  const deletion = (note: Draft) => ({ request: { method: 'DELETE', url: note.document } });

  test('by marks that a bot makes itself', async () => {
    const bundle = draftBundle(visit);
    const evidence: NoteEvidence = structuredClone(draftEvidence(visit.transcript));
    Object.assign(evidence.sentences[0] as object, { origin: 'human', writtenBy: visit.clinician, support: [] });
    const forged = draftBundle(visit, evidence);
    const answer = await scribe.request<OperationOutcome>('POST', '', forged);
    expect([answer.status, keys(answer)]).toEqual([422, ['note-origin-forged']]);
    const document = bundle.entry?.[1]?.resource as DocumentReference;
    const reviewed = {
      ...document.meta,
      tag: [{ system: 'https://mindbridge.health/fhir/CodeSystem/note-status', code: 'reviewed' }],
    };
    const tagged = await scribe.request('POST', 'DocumentReference', {
      ...document,
      meta: reviewed,
      context: undefined,
    });
    expect(tagged.status).toBe(422);
  });

  test('for a note that came without evidence, or with a Composition that says something else', async () => {
    const bare = await draft((bundle) => {
      const document = bundle.entry?.[1]?.resource as DocumentReference;
      document.content.pop();
    });
    expect(keys(await review(bare))).toEqual(['note-evidence-missing']);
    const two = await draft((bundle) => {
      const composition = bundle.entry?.[0]?.resource as Composition;
      const text = composition.section?.[3]?.text as { div: string };
      text.div = text.div.replace('400 mg', '800 mg');
    });
    expect(keys(await review(two))).toEqual(['note-text-mismatch']);
  });

  test('for what changed between review and signature, behind the back of the server', async () => {
    await stepUp();
    const note = await draft();
    await review(note);
    await tamper<Composition>(note.composition, (composition) => {
      const text = composition.section?.[3]?.text as { div: string };
      text.div = text.div.replace('400 mg', '800 mg');
    });
    expect(keys(await sign(note))).toEqual(['note-text-mismatch']);
    const second = await draft();
    await review(second);
    const recoded = (from: string, to: string) => (binary: Binary) => {
      binary.data = Buffer.from(String(Buffer.from(binary.data ?? '', 'base64')).replace(from, to)).toString('base64');
    };
    await tamper('Binary/t1-text', recoded('morning', 'evening'));
    expect(new Set(keys(await sign(second)))).toEqual(new Set(['note-evidence-unresolved']));
    await tamper('Binary/t1-text', recoded('evening', 'morning'));
    expect((await sign(second)).status).toBe(200);
  });

  test('for a note of an engine that is not its author, or not known, or with a prompt that the clinic does not hold', async () => {
    const engineOf = (change: Partial<NoteEvidence>) => {
      const evidence = { ...draftEvidence(visit.transcript), ...change };
      return draft((bundle) => {
        const document = bundle.entry?.[1]?.resource as DocumentReference;
        const attached = document.content[1]?.attachment as { data: string };
        attached.data = Buffer.from(JSON.stringify(evidence)).toString('base64');
      });
    };
    const engine = { name: 'soap-test', version: '1.0.1' };
    expect(keys(await review(await engineOf({ engine })))).toEqual(['note-engine-unknown']);
    const prompt = { id: 'soap', version: '9.9.9', sha256: 'a'.repeat(64) };
    expect(keys(await review(await engineOf({ prompt })))).toEqual(['note-engine-unknown']);
    const nobody = await draft((bundle) => {
      for (const entry of bundle.entry?.slice(0, 2) ?? []) {
        Object.assign(entry.resource as object, { author: [{ display: 'A very good engine' }] });
      }
    });
    expect(keys(await review(nobody))).toEqual(['note-engine-unknown']);
  });

  test('for evidence from the chart of somebody else', async () => {
    const system = server.house.systemRepository(clinic.tenant);
    const [document, binary] = storedTranscript('t2', { patient: 'Patient/p2', encounter: 'Encounter/e1' });
    await system.updateResource(document);
    await system.updateResource(binary);
    const foreign = { ...visit, transcript: 'DocumentReference/t2/_history/1' };
    const { body } = await scribe.request<Bundle>('POST', '', draftBundle(visit, draftEvidence(foreign.transcript)));
    const path = body.entry?.[1]?.response?.location?.split('/fhir/R4/')[1]?.split('/_history')[0] ?? '';
    const answer = await as<OperationOutcome>(token, 'POST', `${path}/$review`);
    expect(new Set(keys(answer))).toEqual(new Set(['note-evidence-unresolved']));
  });
});

describe('a draft that nobody answers', () => {
  const inDays = (days: number) => {
    const { systemRepository } = server.house;
    const clock = () => new Date(Date.now() + days * 86_400_000);
    return { tenants: [clinic.tenant], systemRepository, days: 14, clock };
  };

  test('expires, on record and with its Task, once; younger and signed ones stay as they are', async () => {
    const note = await draft();
    const before = (await read<DocumentReference>(note.document)).body;
    await expireDrafts(inDays(13));
    expect((await read<DocumentReference>(note.document)).body).toEqual(before);
    expect(await expireDrafts(inDays(15))).toBeGreaterThan(0);
    expect((await read<DocumentReference>(note.document)).body.docStatus).toBe('entered-in-error');
    expect((await read<Composition>(note.composition)).body.status).toBe('entered-in-error');
    expect((await read<Task>(note.task)).body).toMatchObject({
      status: 'cancelled',
      output: [{ type: { coding: [{ code: 'expired' }] } }],
    });
    const { records } = (await read<{ records: { record: { decision: string } }[] }>(`${note.document}/$ai-records`))
      .body;
    expect(records.at(-1)?.record.decision).toBe('expired');
    expect(keys(await review(note))).not.toEqual([]);
    expect(await expireDrafts(inDays(15))).toBe(0);
  });
});

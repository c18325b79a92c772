/**
 * The conditions of the role matrix: which records a role writes and sees within a type that is open to it, and of which
 * only some elements. Policies are those of the base bundles.
 * @see security.md S43, S45
 */
import type { AccessPolicy, Bundle, ProjectMembershipAccessParameter, Resource } from '@medplum/fhirtypes';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { BASE_POLICIES } from './base-policies-testing.ts';
import { personOf, signIn } from './person-testing.ts';
import { startTestServer, type TestAnswer, type TestClinic, type TestServer } from './testing.ts';

interface Role {
  readonly profile: string;
  readonly password: string;
  readonly authorization: string;
  request<T = Resource & Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<TestAnswer<T>>;
}

const PROGRAM = 'Organization/program';
const LABEL = { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: '42CFRPart2' };

let server: TestServer;
let clinic: TestClinic;
let subject: { reference: string };
const roles = new Map<string, Role>();

/** Whoever acts in a role, made at its first mention. */
async function as(name: string, parameter: ProjectMembershipAccessParameter[] = []): Promise<Role> {
  const key = `${name} ${JSON.stringify(parameter)}`;
  let found = roles.get(key);
  if (!found) {
    const policy = BASE_POLICIES.get(name) as AccessPolicy;
    const profile = name === 'patient' ? subject : undefined;
    const own: ProjectMembershipAccessParameter[] = [
      { name: 'patient', valueReference: subject },
      { name: 'panel', valueReference: { reference: 'Practitioner/panel' } },
      ...parameter,
    ];
    const person = await personOf(server, clinic, policy, {
      parameter: own,
      admin: name === 'admin',
      ...(profile && { profile: profile as never }),
    });
    const authorization = `Bearer ${await signIn(server, person)}`;
    found = {
      profile: person.profile,
      password: person.password,
      authorization,
      request: (method, path, body, headers) => clinic.request(method, path, body, { authorization, ...headers }),
    };
    roles.set(key, found);
  }
  return found;
}

async function made<T extends { readonly resourceType: string }>(resource: T): Promise<T & { id: string }> {
  const answer = await clinic.request<T & { id: string }>('POST', resource.resourceType, resource);
  expect(answer.status, answer.text).toBe(201);
  return answer.body;
}

const code = (value: string) => ({ coding: [{ code: value }] });
const category = (...values: string[]) => values.map(code);
const observation = (...categories: string[]) => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'x' },
  subject,
  ...(categories.length > 0 && { category: category(...categories) }),
});
const note = (more: object) => ({
  resourceType: 'DocumentReference',
  status: 'current',
  subject,
  content: [{ attachment: { title: 'x' } }],
  ...more,
});
function message(more: object) {
  return { resourceType: 'Communication', status: 'in-progress', subject, ...more };
}
const substance = () => ({
  resourceType: 'Condition',
  subject,
  code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'F11.20' }] },
});

beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic('Rows');
  const patient = await clinic.request<{ id: string }>(
    'POST',
    'Patient',
    {
      resourceType: 'Patient',
      meta: { accounts: [{ reference: 'Practitioner/panel' }, { reference: PROGRAM }] },
      name: [{ family: 'Seen' }],
      photo: [{ title: 'face' }],
    },
    { 'x-medplum': 'extended' },
  );
  subject = { reference: `Patient/${patient.body.id}` };
}, 120_000);
afterAll(() => server.close());

type Case = readonly [role: string, status: number, what: string, body: () => object];

describe('what may be created', () => {
  const cases: readonly Case[] = [
    ['nurse', 201, 'vital signs', () => observation('vital-signs')],
    ['nurse', 201, 'a survey', () => observation('survey')],
    ['nurse', 403, 'a laboratory result', () => observation('laboratory')],
    [
      'nurse',
      403,
      'a laboratory result that calls itself vital signs too',
      () => observation('vital-signs', 'laboratory'),
    ],
    ['nurse', 403, 'what has no category', () => observation()],
    ['front-desk', 403, 'a visit that is finished', () => encounter('finished')],
    ['front-desk', 201, 'an arrival', () => encounter('arrived')],
    ['front-desk', 201, 'an insurance card', () => note({ category: category('insurance-card') })],
    ['front-desk', 403, 'any other document', () => note({})],
    ['front-desk', 403, 'a message of another category', () => message({})],
    ['front-desk', 201, 'an administrative message', () => message({ category: category('administrative') })],
    ['billing', 403, 'a task that is not of billing', () => task('outreach')],
    ['billing', 201, 'a task of billing', () => task('billing')],
    [
      'front-desk',
      403,
      'an administrative message in the name of another',
      () => message({ category: category('administrative'), sender: { reference: 'Practitioner/x' } }),
    ],
    [
      'billing',
      403,
      'a message in the name of a display',
      () => message({ category: category('billing'), sender: { display: 'Dr Somebody' } }),
    ],
    ['case-manager', 201, 'a message that names no sender', () => message({})],
    [
      'case-manager',
      403,
      'a message in the name of another',
      () => message({ sender: { reference: 'Practitioner/x' } }),
    ],
    ['patient', 201, 'a request for a refill', () => task('refill')],
    ['patient', 403, 'any other task', () => task('outreach')],
    ['patient', 403, 'a document in the name of others', () => note({ author: [{ reference: 'Practitioner/x' }] })],
    ['patient', 201, 'an upload of his own', () => note({ author: [subject] })],
    ['patient', 201, 'a message of his own', () => message({ sender: subject })],
    [
      'patient',
      403,
      'a message in the name of a clinician',
      () => message({ sender: { reference: 'Practitioner/x' } }),
    ],
    ['patient', 403, 'answers in the name of a clinician', () => answers({ author: { reference: 'Practitioner/x' } })],
    ['patient', 201, 'answers of his own', () => answers({ author: subject })],
    ['patient', 403, 'a signed document', () => note({ author: [subject], docStatus: 'final' })],
    ['case-manager', 403, 'an observation', () => observation('survey')],
    [
      'ai-scribe',
      403,
      'a signed note',
      () => note({ docStatus: 'final', authenticator: { reference: 'Practitioner/x' } }),
    ],
    ['ai-coder', 403, 'a claim that is not a draft', () => claim('active')],
    ['ai-triage', 403, 'a message', () => message({})],
    ['ai-lab-explainer', 403, 'a message that is sent', () => message({ status: 'completed' })],
    ['ai-lab-explainer', 201, 'a message in preparation', () => message({ status: 'preparation' })],
    ['physician', 403, 'a record of a substance use programme that is not theirs', () => substance()],
    ['admin', 403, 'a patient', () => ({ resourceType: 'Patient' })],
  ];
  it.each(cases)('%s: %i for %s', async (name, status, _what, body) => {
    const resource = body() as Resource;
    const role = await as(name);
    expect((await role.request('POST', resource.resourceType, resource)).status).toBe(status);
    const batch = {
      resourceType: 'Bundle',
      type: 'batch',
      entry: [{ request: { method: 'POST', url: resource.resourceType }, resource }],
    };
    const answer = await role.request<Bundle>('POST', '', batch);
    expect(Number.parseInt(answer.body.entry?.[0]?.response?.status ?? '', 10)).toBe(status);
  });

  function encounter(status: string) {
    return { resourceType: 'Encounter', status, class: { code: 'AMB' }, subject };
  }
  function answers(more: object) {
    return { resourceType: 'QuestionnaireResponse', status: 'completed', subject, ...more };
  }
  function task(value: string) {
    return { resourceType: 'Task', status: 'requested', intent: 'order', for: subject, code: code(value) };
  }
  function claim(status: string) {
    return {
      resourceType: 'Claim',
      status,
      type: { text: 'x' },
      use: 'claim',
      patient: subject,
      created: '2026-01-01',
      provider: { reference: 'Practitioner/x' },
      priority: { text: 'x' },
      insurance: [{ sequence: 1, focal: true, coverage: { reference: 'Coverage/x' } }],
    };
  }
});

test('a controlled drug is prescribed with a fresh proof, by every way of writing', async () => {
  const doctor = await as('physician');
  const order = (text: string) => ({
    ...{ resourceType: 'MedicationRequest', status: 'active', intent: 'order', subject },
    medicationCodeableConcept: { text },
    requester: { reference: doctor.profile },
  });
  const controlled = order('Clonazepam 1 mg');
  const entry = [{ request: { method: 'POST', url: 'MedicationRequest' }, resource: controlled }];
  const asked = await doctor.request('POST', 'MedicationRequest', controlled);
  expect([asked.status, asked.text.includes('step-up-required')]).toEqual([403, true]);
  const transaction = { resourceType: 'Bundle', type: 'transaction', entry };
  expect((await doctor.request('POST', '', transaction)).status).toBe(403);
  const plain = await doctor.request('POST', 'MedicationRequest', order('Sertraline 50 mg'));
  expect(plain.status).toBe(201);
  const swap = [{ op: 'replace', path: '/medicationCodeableConcept/text', value: 'Clonazepam 1 mg' }];
  expect((await doctor.request('PATCH', `MedicationRequest/${plain.body.id}`, swap)).status).toBe(403);
  await fetch(`${server.baseUrl}/auth/step-up`, {
    method: 'POST',
    headers: { authorization: doctor.authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ password: doctor.password }),
  });
  expect((await doctor.request('POST', 'MedicationRequest', controlled)).status).toBe(201);
});

describe('what may be changed', () => {
  test('nurses turn no laboratory result into vital signs, by PUT, PATCH or condition', async () => {
    const { id } = await made({ ...observation('laboratory'), identifier: [{ system: 'urn:x', value: 'lab' }] });
    const nurse = await as('nurse');
    const changed = { ...observation('vital-signs'), id };
    expect((await nurse.request('PUT', `Observation/${id}`, changed)).status).toBe(403);
    const { id: _, ...without } = changed;
    expect((await nurse.request('PUT', 'Observation?identifier=urn:x|lab', without)).status).toBe(403);
    const patch = [{ op: 'replace', path: '/category', value: category('vital-signs') }];
    expect((await nurse.request('PATCH', `Observation/${id}`, patch)).status).toBe(403);
  });

  test('whose a message is stays as it is, for those who take part in it too', async () => {
    const doctor = await as('physician');
    const sender = { reference: 'Practitioner/x' };
    const recipient = [{ reference: doctor.profile }];
    const sent = await made({ ...message({ sender, recipient }), resourceType: 'Communication' });
    const put = async (more: object) =>
      (await doctor.request('PUT', `Communication/${sent.id}`, { ...sent, ...more })).status;
    expect(await put({ sender: { reference: doctor.profile } })).toBe(403);
    expect(await put({ sender: undefined })).toBe(403);
    expect(await put({ received: '2026-01-01T10:00:00Z' })).toBe(200);
    const own = message({ sender: recipient[0], recipient: [sender] });
    expect((await doctor.request('POST', 'Communication', own)).status).toBe(201);
    const foreign = message({ sender, recipient });
    expect((await doctor.request('POST', 'Communication', foreign)).status).toBe(403);
  });

  test('the front desk writes the status of a visit and nothing else, and keeps what it does not see', async () => {
    const visit = {
      resourceType: 'Encounter',
      status: 'planned',
      class: { code: 'AMB' },
      subject,
      reasonCode: [{ text: 'seen by clinicians' }],
      period: { start: '2026-01-01T10:00:00Z' },
    };
    const { id } = await made(visit);
    const desk = await as('front-desk');
    const shown = await desk.request('GET', `Encounter/${id}`);
    expect(shown.body.reasonCode).toBeUndefined();
    const later = { period: { start: '2026-02-01T10:00:00Z' } };
    expect((await desk.request('PUT', `Encounter/${id}`, { ...shown.body, status: 'arrived', ...later })).status).toBe(
      403,
    );
    expect((await desk.request('PUT', `Encounter/${id}`, { ...shown.body, status: 'finished' })).status).toBe(403);
    expect((await desk.request('PUT', `Encounter/${id}`, { ...shown.body, status: 'arrived' })).status).toBe(200);
    const stored = await clinic.request<typeof visit>('GET', `Encounter/${id}`);
    expect(stored.body).toMatchObject({ status: 'arrived', reasonCode: visit.reasonCode, period: visit.period });
  });

  test('a patient changes his addresses, cancels and revokes, and nothing else', async () => {
    const patient = await as('patient');
    const own = (await patient.request('GET', subject.reference)).body;
    const telecom = [{ system: 'phone', value: '555' }];
    expect((await patient.request('PUT', subject.reference, { ...own, telecom })).status).toBe(200);
    for (const more of [
      { photo: [{ title: 'other' }] },
      { maritalStatus: { text: 'x' } },
      { name: [{ family: 'New' }] },
    ]) {
      expect((await patient.request('PUT', subject.reference, { ...own, ...more })).status).toBe(403);
    }
    const labelled = { ...own, meta: { security: [{ code: 'N' }] } };
    expect((await patient.request('PUT', subject.reference, labelled)).status).toBe(403);
    const visit = await made({
      resourceType: 'Appointment',
      status: 'booked',
      start: '2026-01-01T10:00:00Z',
      end: '2026-01-01T11:00:00Z',
      participant: [{ status: 'accepted', actor: subject }],
    });
    const moved = { ...visit, status: 'cancelled', participant: [{ status: 'declined', actor: subject }] };
    expect((await patient.request('PUT', `Appointment/${visit.id}`, moved)).status).toBe(403);
    expect((await patient.request('PUT', `Appointment/${visit.id}`, { ...visit, status: 'fulfilled' })).status).toBe(
      403,
    );
    expect((await patient.request('PUT', `Appointment/${visit.id}`, { ...visit, status: 'cancelled' })).status).toBe(
      200,
    );
  });

  test('an interface changes only what came from its own source, and lists nothing', async () => {
    const lab = await as('lab-interface', [{ name: 'source', valueString: 'urn:lab:a' }]);
    const result = (source: string) => ({ ...observation('laboratory'), meta: { source } });
    const own = await lab.request('POST', 'Observation', result('urn:lab:a'));
    expect(own.status).toBe(201);
    expect((await lab.request('POST', 'Observation', result('urn:lab:b'))).status).toBe(403);
    const other = await made(result('urn:lab:b'));
    const change = { status: 'amended' };
    expect(
      (await lab.request('PUT', `Observation/${own.body.id}`, { ...result('urn:lab:a'), ...change, id: own.body.id }))
        .status,
    ).toBe(200);
    expect((await lab.request('PUT', `Observation/${other.id}`, { ...other, ...change })).status).toBe(404);
    expect(
      (await lab.request('PUT', `Observation/${other.id}`, { ...other, ...change, meta: { source: 'urn:lab:a' } }))
        .status,
    ).toBe(404);
    expect((await lab.request('GET', 'Observation')).status).toBe(403);
    expect((await lab.request('GET', 'Patient')).status).toBe(403);
    expect((await lab.request('GET', subject.reference)).status).toBe(200);
  });

  test('an interface that brings the same result again by its identifier changes it, and makes no second one', async () => {
    const lab = await as('lab-interface', [{ name: 'source', valueString: 'urn:lab:a' }]);
    const result = {
      ...observation('laboratory'),
      meta: { source: 'urn:lab:a' },
      identifier: [{ system: 'urn:lab:a', value: '7' }],
    };
    const first = await lab.request('PUT', 'Observation?identifier=urn:lab:a|7', result);
    expect(first.status).toBe(201);
    const again = await lab.request('PUT', 'Observation?identifier=urn:lab:a|7', { ...result, status: 'amended' });
    expect([again.status, again.body.id]).toEqual([200, first.body.id]);
    const third = await lab.request('POST', 'Observation', result, { 'if-none-exist': 'identifier=urn:lab:a|7' });
    expect([third.status, third.body.id]).toEqual([200, first.body.id]);
    expect((await lab.request('PUT', 'Observation?status=final', result)).status).toBe(403);
  });
});

describe('42 CFR Part 2', () => {
  test('records of a programme are for its members, who may write them; a member of another programme sees none', async () => {
    const { id } = await made(substance());
    const reads = async (role: Role) => (await role.request('GET', `Condition/${id}`)).status;
    const member = await as('physician', [{ name: 'program', valueReference: { reference: PROGRAM } }]);
    const stranger = await as('physician', [{ name: 'program', valueReference: { reference: 'Organization/other' } }]);
    expect([await reads(member), await reads(stranger), await reads(await as('physician'))]).toEqual([200, 404, 404]);
    expect((await member.request('POST', 'Condition', substance())).status).toBe(201);
    expect((await member.request<Bundle>('GET', `Condition?_security=${LABEL.code}&_total=accurate`)).body.total).toBe(
      2,
    );
    expect(
      (await stranger.request<Bundle>('GET', `Condition?_security=${LABEL.code}&_total=accurate`)).body.total,
    ).toBe(0);
  });
});

describe('what stays hidden', () => {
  test('what a clinic lets nurses see of prescriptions', async () => {
    const { id } = await made({
      resourceType: 'MedicationRequest',
      status: 'active',
      intent: 'order',
      medicationCodeableConcept: { text: 'x' },
      subject,
    });
    const nurse = await as('nurse');
    expect((await nurse.request('GET', 'MedicationRequest')).status).toBe(403);
    const repository = server.house.systemRepository(clinic.tenant);
    const project = await repository.readResource<Resource>('Project', clinic.projectId);
    await repository.updateResource({
      ...project,
      setting: [{ name: 'nurse-medications', valueString: 'active,on-hold' }],
    } as Resource);
    const found = async () => (await nurse.request<Bundle>('GET', `MedicationRequest?_id=${id}`)).body.entry?.length;
    await expect.poll(found, { timeout: 5000 }).toBe(1);
  });

  test('findings on a note are for those who may read the note', async () => {
    const draft = await made(note({ docStatus: 'preliminary', author: [{ reference: 'Practitioner/x' }] }));
    const signed = await made(note({ docStatus: 'final' }));
    const finding = (id: string) =>
      made({
        resourceType: 'DetectedIssue',
        status: 'final',
        implicated: [{ reference: `DocumentReference/${id}` }],
      });
    const [hidden, shown] = [await finding(draft.id), await finding(signed.id)];
    for (const name of ['physician', 'nurse']) {
      const role = await as(name);
      expect((await role.request('GET', `DetectedIssue/${hidden.id}`)).status).toBe(404);
      expect((await role.request('GET', `DetectedIssue/${shown.id}`)).status).toBe(200);
      const list = await role.request<Bundle>('GET', 'DetectedIssue?_total=accurate');
      expect(list.body.total).toBe(1);
    }
  });

  test('admins are refused bulk export, whole charts and GraphQL', async () => {
    const admin = await as('admin');
    const statuses = [
      await admin.request('GET', '$export', undefined, { prefer: 'respond-async' }),
      await admin.request('GET', 'Patient/$export', undefined, { prefer: 'respond-async' }),
      await admin.request('GET', `${subject.reference}/$everything`),
      await admin.request('POST', '$graphql', { query: '{ PractitionerList { id } }' }),
      await admin.request('GET', 'Binary'),
      await admin.request('GET', `${subject.reference}/Observation`),
    ].map(({ status }) => status);
    expect(statuses).toEqual([403, 403, 403, 403, 403, 403]);
  });
});

import type { DocumentReference, Encounter, GuidanceResponse, Resource } from '@medplum/fhirtypes';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type MessagesStandIn,
  type StandInReply,
  startMessagesStandIn,
} from '../../server/src/models/testing/messages-stand-in.ts';
import { startTestServer, type TestClinic, type TestServer } from '../../server/src/testing.ts';
import { addMember, type TestMember } from '../../server/src/testing-member.ts';
import { deployBots, recordingConsent } from './bot-clinic.ts';

const SAID = `[doctor] what brings you in today ?
[patient] i have been feeling depressed and i have no energy . i can not sleep .
[doctor] so my assessment and plan . for your depression , i'm gon na increase the sertraline to one hundred milligrams daily .
[patient] sounds good , thank you .
`;

let model: MessagesStandIn;
let server: TestServer;
let clinic: TestClinic;
let doctor: TestMember;
let visits = 0;

beforeAll(async () => {
  model = await startMessagesStandIn();
  server = await startTestServer({ ANTHROPIC_API_KEY: 'key', ANTHROPIC_BASE_URL: model.url, ANTHROPIC_PRICES: '3,15' });
  clinic = await server.clinic();
  doctor = await addMember(server, clinic, [{ resourceType: '*' }], { profile: { reference: 'Practitioner/dr' } });
  await deployBots(server, clinic, ['soap']);
}, 60_000);
afterAll(async () => {
  await server.close();
  await model.close();
});

function system() {
  return server.house.systemRepository(clinic.tenant);
}

const put = (resource: Resource): Promise<Resource> => system().updateResource(resource);

/** A visit with its transcript; gives the reference of its encounter. */
async function visit(): Promise<string> {
  const n = visits++;
  const [patient, encounter] = [{ reference: `Patient/p${n}` }, `Encounter/e${n}`];
  await put({ resourceType: 'Patient', id: `p${n}` });
  const open = { resourceType: 'Encounter', id: `e${n}`, status: 'in-progress', class: { code: 'AMB' } } as const;
  await put({ ...open, subject: patient } as Encounter);
  await put({ ...recordingConsent(patient), id: `c${n}` });
  const taken = await doctor.request('POST', `${encounter}/$transcript`, SAID, { 'content-type': 'text/plain' });
  expect(taken.status, taken.text).toBe(201);
  return encounter;
}

/** Notes, Compositions, Tasks and findings of the clinic: what a draft would leave. */
async function drafted(): Promise<number> {
  const types = ['DocumentReference', 'Composition', 'Task', 'DetectedIssue'] as const;
  const found = await Promise.all(types.map((resourceType) => system().searchResources({ resourceType, count: 500 })));
  const isDraft = (each: Resource): boolean =>
    each.resourceType !== 'DocumentReference' || each.authenticator !== undefined;
  return found.flat().filter(isDraft).length;
}

test.each<[string, StandInReply, string]>([
  ['truncated', { text: '{"sentences": [{"section": "history"', stopReason: 'max_tokens' }, 'model-truncated'],
  ['refused', { text: 'I will not.', stopReason: 'refusal' }, 'model-refused'],
  ['no JSON', { text: 'Sure! Here is your note:' }, 'model-malformed'],
  ['of another form', { text: '{"note": "All is well."}' }, 'model-malformed'],
  ['empty', { text: '' }, 'model-empty'],
  ['an error of the provider', { status: 400 }, 'model-unavailable'],
  ['an overload that stays', { status: 529, retryAfterMs: 1 }, 'model-unavailable'],
  [
    'nonsense',
    {
      text: JSON.stringify({
        sentences: ['The patient takes warfarin 5 mg.', 'Broken left hip.', 'Plan: dialysis.'].map((text) => ({
          section: 'plan',
          text,
          evidence: [{ turn: 2, quote: 'i can not sleep' }],
        })),
      }),
    },
    'model-unsupported',
  ],
])(
  'a reply that is %s is an abstention with its reason; nothing is half-written',
  async (_name, reply, code) => {
    model.script = () => reply;
    const encounter = await visit();
    const before = await drafted();
    const { status, body, text } = await doctor.request<GuidanceResponse>('POST', `${encounter}/$draft-note`);
    expect(status, text).toBe(200);
    expect(body).toMatchObject({ resourceType: 'GuidanceResponse', status: 'failure' });
    expect(body.reasonCode?.[0]?.coding?.[0]?.code).toBe(code);
    expect(body.reasonCode?.[0]?.text).toMatch(/^The model |^Too much /);
    expect((await doctor.request('GET', `GuidanceResponse/${body.id}`)).status).toBe(200);
    expect(await drafted()).toBe(before);
    expect((await doctor.request('GET', `${encounter}`)).status).toBe(200);
  },
  30_000,
);

test('what a model did write is on record with its consent, its cost, its prompt as a document, and what was shown', async () => {
  const lines = SAID.split('\n').map((line) => line.replace(/^\[\w+\] /, ''));
  model.script = () => ({
    text: JSON.stringify({
      sentences: [
        {
          section: 'history',
          text: 'The patient has been feeling depressed.',
          evidence: [{ turn: 2, quote: 'depressed' }],
        },
        { section: 'history', text: 'The patient can not sleep.', evidence: [{ turn: 2, quote: 'can not sleep' }] },
        {
          section: 'plan',
          text: 'Increase the sertraline to 100 mg daily.',
          evidence: [{ turn: 3, quote: lines[2]?.slice(29, 110) }],
        },
      ],
    }),
  });
  const encounter = await visit();
  const draft = await doctor.request<DocumentReference>('POST', `${encounter}/$draft-note`);
  expect(draft.status, draft.text).toBe(201);
  const { body } = await doctor.request<{ records: { record: Record<string, unknown> }[] }>(
    'GET',
    `DocumentReference/${draft.body.id}/$ai-records`,
  );
  const record = body.records[0]?.record;
  expect(record?.consents).toEqual([expect.stringMatching(/^Consent\/c\d+\/_history\/\d+$/)]);
  expect(record?.validator).toBe('mindbridge-note-validator/1.1.0');
  expect(record?.costUsd).toBeGreaterThan(0);
  expect(record?.modelCalls).toMatchObject([{ prompt: 'soap/1.0.0', retries: 0, outcome: 'complete' }]);
  const prompts = await system().searchResources<DocumentReference>({ resourceType: 'DocumentReference', count: 500 });
  const prompt = prompts.filter(({ type }) => type?.coding?.[0]?.code === 'input-prompt');
  expect(prompt.map(({ identifier }) => identifier?.[0]?.value)).toEqual(['soap/1.0.0']);
  const named = await doctor.request('GET', `Provenance?entity=DocumentReference/${prompt[0]?.id}&_total=accurate`);
  expect(named.text).toContain(`DocumentReference/${draft.body.id}`);
}, 30_000);

import type { Binary, Composition, DocumentReference, Encounter, Resource } from '@medplum/fhirtypes';
import { startTestServer, type TestClinic, type TestServer } from '../../server/src/testing.ts';
import { addMember, type TestMember } from '../../server/src/testing-member.ts';
import { readCommandLine } from '../scripts/command-line.ts';
import { deployBots, recordingConsent } from './bot-clinic.ts';
import { type Draft, fuzzed, passesAsCopy, reviewed } from './fuzz/fuzzed-draft.ts';

/**
 * `node infra/checks/fuzz-notes.ts --notes 1000 --seed 1`: takes a draft of the real scribe, changes one character of
 * note, evidence, Composition or transcript, and asks for its review: at rest, as somebody with access to the database
 * would change it (`--where rest`), and as a copy that a plain client writes (`--where copy`), with and without the hashes
 * of its attachments. Ends with 1 when a single one passes; the unchanged ones must.
 */
const { options } = readCommandLine({
  call: 'node infra/checks/fuzz-notes.ts',
  about: 'Changes one character of a note, its evidence or its transcript: none of them may be reviewed.',
  options: { notes: 1000, seed: 1, where: ['copy', 'rest'] },
});

const isAtRest = options.where === 'rest';
const fuzzing = { seed: options.seed, places: isAtRest ? 5 : 4, alsoUnhashed: !isAtRest } as const;

const CLINICIAN = 'Practitioner/dr';
const SAID = `[doctor] What brings you in today?
[patient] I have been feeling depressed and have no energy. I cannot sleep more than 4 hours a night.
[doctor] Any thoughts of hurting yourself?
[patient] No, never. I have pain in my left knee since May 3.
[doctor] Your blood pressure is 138 over 86, pulse 72. You take lisinopril 10 mg and metformin 500 mg twice a day?
[patient] Yes, every day. My mother had diabetes.
[doctor] My assessment and plan. For your depression, I am going to increase the sertraline to 100 mg daily. For the knee, take ibuprofen 400 mg as needed. Let's follow up in four weeks.
[patient] Sounds good, thank you.
`;

interface Trial {
  readonly server: TestServer;
  readonly clinic: TestClinic;
  readonly physician: TestMember;
}

const system = ({ server, clinic }: Trial) => server.house.systemRepository(clinic.tenant);

async function drafted(trial: Trial): Promise<Draft> {
  const repository = system(trial);
  const patient = await repository.createResource({ resourceType: 'Patient', name: [{ family: 'Hill' }] });
  const subject = { reference: `Patient/${patient.id}` };
  const encounter = await repository.createResource<Encounter>({
    resourceType: 'Encounter',
    status: 'in-progress',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
    subject,
    participant: [{ individual: { reference: CLINICIAN } }],
  });
  await repository.createResource(recordingConsent(subject));
  await repository.createResource({
    resourceType: 'MedicationStatement',
    status: 'active',
    subject,
    medicationCodeableConcept: { text: 'lisinopril 10 mg' },
  });
  const path = `Encounter/${encounter.id}`;
  const text = { 'content-type': 'text/plain' };
  const transcript = await trial.physician.request<DocumentReference>('POST', `${path}/$transcript`, SAID, text);
  const {
    status,
    body,
    text: answer,
  } = await trial.physician.request<Draft['document']>('POST', `${path}/$draft-note`);
  if (transcript.status !== 201 || status !== 201) {
    throw new Error(`No draft: ${transcript.text} ${answer}`);
  }
  const idIn = (reference: string | undefined): string => reference?.split('/')[1] ?? '';
  const composition = body.context?.related?.find(({ reference }) => reference?.startsWith('Composition/'))?.reference;
  return {
    document: await repository.readResource<DocumentReference>('DocumentReference', body.id),
    composition: await repository.readResource<Composition>('Composition', idIn(composition)),
    binary: await repository.readResource<Binary>('Binary', idIn(transcript.body.content[0]?.attachment.url)),
  };
}

/** Writes a draft at rest as it is given; false where the server does not even take it. */
async function written(trial: Trial, resources: readonly Resource[]): Promise<boolean> {
  try {
    for (const resource of resources) {
      await system(trial).updateResource(resource);
    }
    return true;
  } catch {
    return false;
  }
}

/** Is the draft reviewed when one of its stored resources is changed behind the back of the server? */
async function passesAtRest(trial: Trial, { document, composition, binary }: Draft): Promise<boolean> {
  const isWritten = await written(trial, [document, composition, binary]);
  return isWritten && reviewed(trial.physician, document.id);
}

const passes = (trial: Trial, draft: Draft): Promise<boolean> =>
  isAtRest ? passesAtRest(trial, draft) : passesAsCopy(trial.physician, draft);

async function main(): Promise<void> {
  const server = await startTestServer();
  const clinic = await server.clinic();
  const physician = await addMember(server, clinic, [{ resourceType: '*' }], { profile: { reference: CLINICIAN } });
  const trial = { server, clinic, physician };
  await system(trial).updateResource({ resourceType: 'Practitioner', id: 'dr' });
  await deployBots(server, clinic, ['soap'], { subscribed: false });
  let draft = await drafted(trial);
  if (!(await passes(trial, draft))) {
    throw new Error('The unchanged note does not pass: nothing is shown');
  }
  draft = await drafted(trial);
  let passed = 0;
  for (let n = 0; n < options.notes; n++) {
    const { draft: changed, change } = fuzzed(draft, n, fuzzing);
    if (await passes(trial, changed)) {
      passed += 1;
      process.stdout.write(`passed ${n}: ${JSON.stringify(change)}\n`);
      draft = isAtRest ? await drafted(trial) : draft;
    } else if (isAtRest) {
      await written(trial, [draft.document, draft.composition, draft.binary]);
    }
  }
  process.stdout.write(`${options.notes} notes (${options.where}, seed ${options.seed}): ${passed} passed\n`);
  process.exitCode = passed > 0 ? 1 : 0;
  await server.close();
}

await main();

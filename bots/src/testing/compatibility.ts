/** The same scenario of each bot for every host: what it needs is put there, the bot runs, and its answer tells. */
import type { MedplumClient } from '@medplum/core';
import type { CareTeam, DocumentReference, Parameters, Practitioner, Resource, Task } from '@medplum/fhirtypes';
import { documentFormatCoding, observationCoding, taskCoding } from '@mindbridge/fhir-profiles';
import type { BotName } from '../deploy/catalogue.ts';
import { toBase64 } from '../kit/index.ts';
import { seedDavis, vitalSign } from './clinic.ts';
import { seedVisit } from './visit.ts';

/** A server on which bots are deployed. */
export interface BotHost {
  /** As the table names it. */
  readonly name: string;
  readonly medplum: MedplumClient;
  run(bot: BotName, input: Resource | undefined): Promise<unknown>;
}

/** One line of the table: what a bot is to do on any host. */
export interface Scenario {
  readonly bot: BotName;
  readonly what: string;
  passes(host: BotHost): Promise<boolean>;
}

const holds = (value: unknown, ...parts: readonly string[]): boolean =>
  parts.every((part) => JSON.stringify(value).includes(part));

/** What every host must show. */
export const scenarios: readonly Scenario[] = [
  {
    bot: 'risk',
    what: 'scores P004 at 95, critical',
    async passes({ medplum, run }) {
      const patient = await seedDavis(medplum, new Date());
      return holds(await run('risk', patient), '"valueInteger":95', '"valueCode":"critical"');
    },
  },
  {
    bot: 'population',
    what: 'counts the bands of the day',
    async passes({ medplum, run }) {
      const { system, code } = observationCoding.riskScore;
      const [score] = await medplum.searchResources('Observation', { code: `${system}|${code}` });
      return holds(await run('population', score), '"resourceType":"MeasureReport"', '"status":"complete"');
    },
  },
  {
    bot: 'soap',
    what: 'drafts a note from a transcript',
    async passes({ medplum, run }) {
      const { encounter } = await seedVisit(medplum);
      const input: Parameters = {
        resourceType: 'Parameters',
        parameter: [
          { name: 'encounter', valueReference: { reference: `Encounter/${encounter.id}` } },
          { name: 'patient', valueReference: encounter.subject },
        ],
      };
      return holds(await run('soap', input), '"kind":"draft"', '"document":"DocumentReference/');
    },
  },
  {
    bot: 'coding',
    what: 'drafts a claim from a signed note',
    async passes({ medplum, run }) {
      const { patient, doctor, encounter } = await seedVisit(medplum);
      const text =
        'ASSESSMENT\nMajor depressive disorder, recurrent, moderate.\n\nPLAN\nContinue sertraline 50 mg daily.\n';
      const note = await medplum.createResource<DocumentReference>({
        resourceType: 'DocumentReference',
        status: 'current',
        docStatus: 'final',
        type: { coding: [{ system: 'http://loinc.org', code: '11506-3' }] },
        subject: { reference: `Patient/${patient.id}` },
        authenticator: { reference: `Practitioner/${doctor.id}` },
        context: { encounter: [{ reference: `Encounter/${encounter.id}` }] },
        content: [
          { attachment: { contentType: 'text/plain', data: toBase64(text) }, format: documentFormatCoding.note },
        ],
      });
      return holds(await run('coding', note), '"kind":"draft"', '"claim":"Claim/');
    },
  },
  {
    bot: 'escalation',
    what: 'hands an overdue alert on',
    async passes({ medplum, run }) {
      const { patient, doctor } = await seedVisit(medplum);
      const [subject, owner] = [{ reference: `Patient/${patient.id}` }, { reference: `Practitioner/${doctor.id}` }];
      const next = await medplum.createResource<Practitioner>({ resourceType: 'Practitioner' });
      const participant = [{ member: { reference: `Practitioner/${next.id}` } }];
      await medplum.createResource<CareTeam>({ resourceType: 'CareTeam', status: 'active', subject, participant });
      await medplum.createResource<Task>({
        resourceType: 'Task',
        status: 'requested',
        intent: 'order',
        code: { coding: [taskCoding.riskAlert] },
        for: subject,
        owner,
        restriction: { period: { end: '2026-01-01T00:00:00Z' } },
      });
      return holds(await run('escalation', undefined), '"overdue":1', '"raised":1');
    },
  },
  {
    bot: 'news2',
    what: 'scores vital signs by NEWS2',
    async passes({ medplum, run }) {
      const { patient } = await seedVisit(medplum);
      const pulse = await medplum.createResource(vitalSign(patient.id, '8867-4', 135, '/min', new Date()));
      return holds(await run('news2', pulse), '"kind":"scored"', '"value":3', '"code":"low-medium"');
    },
  },
];

/** The table of the README: a line for each scenario, a column for each host. */
export function compatibilityTable(hosts: readonly string[], results: readonly (readonly boolean[])[]): string {
  const cells = scenarios.map(({ bot, what }, i) => [
    bot,
    what,
    ...hosts.map((_, j) => (results[j]?.[i] ? 'passes' : 'fails')),
  ]);
  const lines = [['bot', 'what', ...hosts], hosts.reduce((rule) => [...rule, '---'], ['---', '---']), ...cells];
  return lines.map((line) => `| ${line.join(' | ')} |`).join('\n');
}

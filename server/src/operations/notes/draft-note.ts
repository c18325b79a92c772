import { Operator, type WithId } from '@medplum/core';
import type { Bot, DocumentReference, Encounter, GuidanceResponse } from '@medplum/fhirtypes';
import { documentCoding, identifierSystem } from '@mindbridge/fhir-profiles';
import { conflict, forbidden, invalid, parseReference, unprocessable } from '../../fhir/index.ts';
import type { OperationRequest, OperationResponse, Repository } from '../../repository/index.ts';
import { operationParameters, refuseUnknown } from '../parameters.ts';
import { activePrompts, promptFor, promptVersions } from '../prompts/prompt-document.ts';
import { assertConsent } from '../transcripts/consent.ts';
import { abstentionOf } from './abstention.ts';
import { type DraftResult, draftResult } from './draft-run.ts';
import { mayReview } from './may-review.ts';
import type { NoteDependencies } from './note-dependencies.ts';
import { isTranscript } from './note-resources.ts';
import { TEMPLATE_NAMES } from './note-template.ts';

const BOT = 'soap';

interface Visit {
  readonly encounter: WithId<Encounter>;
  readonly patient: string;
  readonly transcript?: WithId<DocumentReference>;
}

async function findBot(repository: Repository): Promise<WithId<Bot>> {
  const filters = [{ code: 'identifier', operator: Operator.EQUALS, value: `${identifierSystem.deployment}|${BOT}` }];
  const [bot] = await repository.searchResources<Bot>({ resourceType: 'Bot', filters, count: 1 });
  if (!bot) {
    throw conflict('draft-no-bot', 'No bot that drafts notes is deployed in this clinic');
  }
  return bot;
}

/** The transcript that was asked for, or the newest of the encounter. @throws FhirError 404, 422 */
async function findTranscript(
  repository: Repository,
  encounter: string,
  asked: string | undefined,
): Promise<WithId<DocumentReference> | undefined> {
  if (asked === undefined) {
    const { system, code } = documentCoding.transcript;
    const filters = [
      { code: 'encounter', operator: Operator.EQUALS, value: encounter },
      { code: 'type', operator: Operator.EQUALS, value: `${system}|${code}` },
      { code: 'status', operator: Operator.EQUALS, value: 'current' },
    ];
    const sortRules = [{ code: '_lastUpdated', descending: true }];
    const request = { resourceType: 'DocumentReference' as const, filters, sortRules, count: 1 };
    return (await repository.searchResources<DocumentReference>(request))[0];
  }
  const reference = parseReference(asked);
  const found = await repository.readResource<DocumentReference>('DocumentReference', reference?.id ?? '');
  if (!isTranscript(found) || !found.context?.encounter?.some((each) => each.reference === encounter)) {
    throw unprocessable('draft-transcript', 'That is no transcript of this encounter', 'transcript');
  }
  return found;
}

function templateOf(pairs: readonly (readonly [string, string])[]): string {
  const template = (pairs.find(([name]) => name === 'template')?.[1] ?? 'SOAP').toUpperCase();
  if (!TEMPLATE_NAMES.some((name) => name === template)) {
    throw invalid('operation-parameter', `'template' is one of ${TEMPLATE_NAMES.join(', ')}`, 'template');
  }
  return template;
}

async function visitOf(deps: NoteDependencies, request: OperationRequest): Promise<Visit> {
  const encounter = await request.repository.readResource<Encounter>('Encounter', request.id ?? '');
  const patient = encounter.subject?.reference;
  if (!patient?.startsWith('Patient/')) {
    throw unprocessable('draft-no-patient', 'The encounter names no patient', 'Encounter.subject');
  }
  const { author, depth } = request.context;
  if (!author.startsWith('Practitioner/') || depth > 0 || !mayReview(deps.search, request.grant, author, patient)) {
    throw forbidden('draft-physicians-only', 'Drafts are made for physicians, who review and sign them');
  }
  const asked = operationParameters(request).find(([name]) => name === 'transcript')?.[1];
  const transcript = await findTranscript(request.repository, `Encounter/${encounter.id}`, asked);
  return { encounter, patient, ...(transcript && { transcript }) };
}

const named = (name: string, reference: string) => ({ name, valueReference: { reference } });

/**
 * `Encounter/{id}/$draft-note`: has the drafting bot run in its own process, bound to the patient and the encounter, and
 * answers its draft, or why there is none.
 * @throws FhirError 403 for who could not review the draft, or without consent; 404, 409, 422.
 */
export async function draftNote(deps: NoteDependencies, request: OperationRequest): Promise<OperationResponse> {
  const pairs = operationParameters(request);
  refuseUnknown(pairs, ['template', 'transcript']);
  const template = templateOf(pairs);
  const { encounter, patient, transcript } = await visitOf(deps, request);
  const trusted = deps.trusted(request.context);
  await assertConsent(trusted, { patient, encounter: `Encounter/${encounter.id}`, now: deps.clock() });
  const bot = await findBot(trusted);
  const version = `DocumentReference/${transcript?.id}/_history/${transcript?.meta?.versionId}`;
  const prompt = promptFor(activePrompts(await promptVersions(trusted, BOT)), `Encounter/${encounter.id}`);
  const parameter = [
    named('encounter', `Encounter/${encounter.id}`),
    named('patient', patient),
    named('clinician', request.context.author),
    ...(transcript ? [named('transcript', version)] : []),
    { name: 'template', valueCode: template },
    ...(prompt ? [{ name: 'prompt', valueString: prompt.key }] : []),
  ];
  const input = { resourceType: 'Parameters', parameter };
  const result = draftResult(await deps.runBot({ bot: bot.id, input, context: request.context }));
  return result.kind === 'draft'
    ? drafted(request, result.document)
    : {
        resource: await guidanceOf(trusted, result, {
          patient,
          encounter: `Encounter/${encounter.id}`,
          at: deps.clock(),
        }),
      };
}

async function drafted({ repository }: OperationRequest, reference: string): Promise<OperationResponse> {
  const stored = await repository.readStored('DocumentReference', reference.split('/')[1] ?? '');
  return { status: 201, resource: stored, headers: { Location: `${reference}/_history/${stored.version}` } };
}

interface Abstained {
  readonly patient: string;
  readonly encounter: string;
  readonly at: Date;
}

/** The record of an abstention: the bot's own, or the server's where the bot did not come to it. */
async function guidanceOf(
  repository: Repository,
  result: DraftResult & { readonly kind: 'abstain' },
  { patient, encounter, at }: Abstained,
): Promise<GuidanceResponse> {
  if (result.guidance !== undefined) {
    return repository.readResource<GuidanceResponse>('GuidanceResponse', result.guidance.split('/')[1] ?? '');
  }
  const { code, reason } = result;
  return repository.createResource<GuidanceResponse>(abstentionOf({ patient, encounter, at, code, reason }));
}

import type { BotEvent } from '@medplum/core';
import type { DocumentReference, Encounter, Parameters } from '@medplum/fhirtypes';
import { documentCoding } from '@mindbridge/fhir-profiles';
import { hasCode, idempotencyKey, idOf, inputResource, literalOf } from '../kit/index.ts';
import { type TemplateName, templateNamed } from './template.ts';

/** What is to be drafted, and for whom. */
export interface DraftRequest {
  /** Literal references. */
  readonly encounter: string;
  readonly patient?: string;
  /** The clinician to whom the draft is addressed; read from the encounter when absent. */
  readonly clinician?: string;
  /** The transcript asked for; the encounter's newest when absent. */
  readonly transcript?: string;
  readonly template: TemplateName;
  /** Version of the prompt (`soap/1.0.0`) that the caller chose; the server is asked when absent. */
  readonly prompt?: string;
  /** What set the run off; a person who asked is owed an answer even when there is nothing to draft from. */
  readonly cause: 'asked' | 'encounter' | 'transcript';
  /** The encounter, where the event brought it. */
  readonly known?: Encounter;
  /** Key of the event; undefined when nothing identifies it. */
  readonly key?: string;
}

/** Reads an event: Parameters of `$draft-note`, an Encounter that has finished, or the transcript of one. Undefined for anything else. */
export function draftRequest(event: BotEvent): DraftRequest | undefined {
  const resource = inputResource(event);
  switch (resource?.resourceType) {
    case 'Parameters':
      return onDemand(resource, event);
    case 'Encounter':
      return ofEncounter(resource, event);
    case 'DocumentReference':
      return ofTranscript(resource, event);
    default:
      return undefined;
  }
}

function onDemand(parameters: Parameters, event: BotEvent): DraftRequest | undefined {
  const named = (name: string) => parameters.parameter?.find((each) => each.name === name);
  const reference = (name: string): string | undefined => literalOf(named(name)?.valueReference);
  const encounter = reference('encounter');
  const template = named('template')?.valueCode ?? named('template')?.valueString;
  return encounter?.startsWith('Encounter/')
    ? {
        encounter,
        patient: reference('patient'),
        clinician: reference('clinician'),
        transcript: reference('transcript'),
        template: templateNamed(template) ?? 'SOAP',
        prompt: named('prompt')?.valueString,
        cause: 'asked',
        key: idempotencyKey({ ...event, input: undefined }),
      }
    : undefined;
}

function ofEncounter(encounter: Encounter, event: BotEvent): DraftRequest | undefined {
  return encounter.id && encounter.status === 'finished'
    ? {
        encounter: `Encounter/${encounter.id}`,
        patient: literalOf(encounter.subject),
        template: 'SOAP',
        cause: 'encounter',
        known: encounter,
        key: idempotencyKey(event),
      }
    : undefined;
}

function ofTranscript(document: DocumentReference, event: BotEvent): DraftRequest | undefined {
  const { system, code } = documentCoding.transcript;
  const encounter = idOf(document.context?.encounter?.[0], 'Encounter');
  return encounter && hasCode(document.type, system, code)
    ? {
        encounter: `Encounter/${encounter}`,
        patient: literalOf(document.subject),
        transcript: `DocumentReference/${document.id}`,
        template: 'SOAP',
        cause: 'transcript',
        key: idempotencyKey(event),
      }
    : undefined;
}

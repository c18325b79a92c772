import type { DetectedIssue, Reference, Resource } from '@medplum/fhirtypes';
import type { RequestContext } from '../../fhir/index.ts';
import { sha256 } from '../notes/sha256.ts';
import type { DeclaredEngine } from './bot-engine.ts';
import type { RecordedModelCall } from './model-calls.ts';
import type { RunFacts } from './run-inputs.ts';

/** What is known of the run that put something out. */
export interface OutputFacts {
  readonly engine?: DeclaredEngine;
  /** Reference of the Device that asserts it. */
  readonly author?: string;
  readonly facts: RunFacts;
  readonly calls: readonly RecordedModelCall[];
  /** References of the Consents under which its inputs were taken in. */
  readonly consents: readonly string[];
  /** What was written with it. */
  readonly written: readonly Resource[];
}

/** Reference of what was written, with and without its version. */
export const referenceOf = ({ resourceType, id }: Resource): string => `${resourceType}/${id}`;
export const versionOf = (resource: Resource): string =>
  `${referenceOf(resource)}/_history/${resource.meta?.versionId}`;
export const unversioned = (reference: string | undefined): string => (reference ?? '').split('/_history/')[0] ?? '';

const subjectOf = (resource: Resource): { readonly patient?: string; readonly encounter?: string } => {
  const { subject, patient, encounter, context } = resource as {
    readonly [name in 'subject' | 'patient' | 'encounter']?: Reference;
  } & { readonly context?: { readonly encounter?: readonly Reference[] } };
  const about = [subject, patient, (resource as { readonly for?: Reference }).for];
  const person = about.find((each) => each?.reference?.startsWith('Patient/'));
  const visit = encounter ?? context?.encounter?.[0];
  return {
    ...(person?.reference && { patient: person.reference }),
    ...(visit?.reference && { encounter: visit.reference }),
  };
};

/** What the validator found in an output: kinds and severities, without its words. */
function findingsOn(output: Resource, written: readonly Resource[]): { kind?: string; severity?: string }[] {
  return written
    .filter((resource): resource is DetectedIssue => resource.resourceType === 'DetectedIssue')
    .filter(({ implicated }) => implicated?.some(({ reference }) => unversioned(reference) === referenceOf(output)))
    .map(({ code, severity }) => ({ kind: code?.coding?.[0]?.code, severity }));
}

/** Vocabularies whose version a coding names, as `system|version`. */
function terminologiesIn(value: unknown): string[] {
  if (Array.isArray(value)) {
    return value.flatMap(terminologiesIn);
  }
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  const { system, version, code } = value as Readonly<Record<string, unknown>>;
  const own = [system, version, code].every((each) => typeof each === 'string') ? [`${system}|${version}`] : [];
  return [...own, ...Object.values(value).flatMap(terminologiesIn)];
}

/**
 * The record of one output: who asked for it and why, under which Consents, what it was made with and from, what it cost,
 * and what was found in it. Costs are known as far as the price of the model is set. @see ai.md §7
 */
export function outputRecord(
  context: RequestContext,
  output: Resource,
  { engine, author, facts, calls, consents, written }: OutputFacts,
): Readonly<Record<string, unknown>> {
  const costs = calls.map(({ costUsd }) => costUsd);
  const known = costs.filter((each) => each !== null);
  return {
    ...subjectOf(output),
    tenant: context.tenant,
    bot: context.author,
    run: context.run,
    requester: context.onBehalfOf ?? facts.requester,
    purpose: context.purpose ?? 'TREAT',
    consents,
    attempt: facts.attempt,
    device: author,
    engine: engine && { name: engine.name, version: engine.version },
    prompt: engine?.prompt && { id: engine.prompt, sha256: engine.promptSha256 },
    validator: engine?.validator,
    terminologies: [...new Set([...(engine?.terminologies ?? []), ...terminologiesIn(output)])],
    inputs: facts.inputs,
    modelCalls: calls,
    costUsd: known.length === costs.length ? known.reduce((sum, each) => sum + each, 0) : null,
    output: { reference: versionOf(output), sha256: sha256(JSON.stringify(output)) },
    findings: findingsOn(output, written),
  };
}

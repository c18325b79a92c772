import { Operator } from '@medplum/core';
import type { Device, Provenance, Resource } from '@medplum/fhirtypes';
import { aiLabel, identifierSystem, standardSystem } from '@mindbridge/fhir-profiles';
import type { Database } from '../../database/index.ts';
import { type RequestContext, unprocessable } from '../../fhir/index.ts';
import type { CompanionsOf, Repository, WriteGuard } from '../../repository/index.ts';
import { isAiWritten } from '../notes/note-resources.ts';
import { appendAiRecord } from './ai-record.ts';
import type { DeclaredEngine } from './bot-engine.ts';
import type { InputPrompt, InputPrompts } from './input-prompts.ts';
import { modelCallsOf, type RecordedModelCall } from './model-calls.ts';
import { outputRecord, referenceOf, unversioned, versionOf } from './output-record.ts';
import { consentsOf } from './run-consents.ts';
import type { RunFacts, RunInputs } from './run-inputs.ts';

/** What the stamp needs from the house. */
export interface StampDependencies {
  readonly database: Database;
  readonly systemRepository: (tenant: number) => Repository;
  readonly engineOf: (tenant: number, bot: string) => Promise<DeclaredEngine | undefined>;
  readonly inputs: RunInputs;
  readonly prompts: InputPrompts;
  readonly clock: () => Date;
}

/** What carries no label: who wrote it, not what was asserted; and bytes. */
const UNLABELLED = new Set(['Provenance', 'Device', 'Binary']);

const isBot = ({ author }: RequestContext): boolean => author.startsWith('Bot/');

function labelled<T extends Resource>(resource: T): T {
  return isAiWritten(resource)
    ? resource
    : { ...resource, meta: { ...resource.meta, security: [...(resource.meta?.security ?? []), aiLabel] } };
}

/** Puts the label AIAST on whatever a bot with a declared engine writes, so that no bot can forget it. */
export function aiLabelGuard({ engineOf }: Pick<StampDependencies, 'engineOf'>): WriteGuard {
  return async ({ context, grant, after }) => {
    const isAsserted = isBot(context) && !grant.system && !UNLABELLED.has(after.resourceType);
    return isAsserted && (await engineOf(context.tenant, context.author)) ? labelled(after) : after;
  };
}

/** Who wrote each output, by the Provenances that came with it: those that name a Device and what it read. */
function authorsIn(written: readonly Resource[]): ReadonlyMap<string, string> {
  const authors = new Map<string, string>();
  for (const resource of written) {
    if (resource.resourceType !== 'Provenance' || !resource.entity?.length) {
      continue;
    }
    const device = resource.agent.find(({ who }) => who.reference?.startsWith('Device/'))?.who.reference;
    for (const { reference } of device ? resource.target : []) {
      authors.set(unversioned(reference), device as string);
    }
  }
  return authors;
}

/** One Device for each engine and version. @see https://hl7.org/fhir/R4/device.html */
function deviceOf({ name, version, display, modelCard }: DeclaredEngine): Device {
  return {
    resourceType: 'Device',
    identifier: [{ system: identifierSystem.engine, value: `${name}/${version}` }],
    status: 'active',
    deviceName: [{ name: display, type: 'user-friendly-name' }],
    version: [{ value: version }],
    type: { text: 'Clinical decision support software' },
    ...(modelCard !== undefined && { note: [{ text: modelCard }] }),
  };
}

const isDeviceOf = (resource: Resource, key: string): boolean =>
  resource.resourceType === 'Device' &&
  resource.identifier?.some(({ system, value }) => system === identifierSystem.engine && value === key) === true;

/** The engine's Device: the one that the write itself brings, or the one that is there, or a new one. */
async function ensureDevice(
  { systemRepository }: StampDependencies,
  {
    tenant,
    engine,
    written,
  }: { readonly tenant: number; readonly engine: DeclaredEngine; readonly written: readonly Resource[] },
): Promise<string> {
  const key = `${engine.name}/${engine.version}`;
  const brought = written.find((resource) => isDeviceOf(resource, key));
  if (brought) {
    return referenceOf(brought);
  }
  const repository = systemRepository(tenant);
  const filters = [{ code: 'identifier', operator: Operator.EQUALS, value: `${identifierSystem.engine}|${key}` }];
  const [found] = await repository.searchResources<Device>({ resourceType: 'Device', filters, count: 1 });
  if (found) {
    return referenceOf(found);
  }
  const criteria = `identifier=${identifierSystem.engine}|${key}`;
  return `Device/${(await repository.createIfNone('Device', deviceOf(engine), criteria)).stored.id}`;
}

interface Stamped {
  readonly engine: DeclaredEngine;
  readonly device: string;
  readonly facts: RunFacts;
  readonly targets: readonly Resource[];
  /** References of the documents of the prompts. */
  readonly prompts: readonly string[];
  readonly at: Date;
}

/** Who asserted it, with which engine, prompt and inputs. @see https://hl7.org/fhir/R4/provenance.html */
function provenanceOf(context: RequestContext, { engine, device, facts, targets, prompts, at }: Stamped): Provenance {
  const person = context.onBehalfOf ?? facts.requester;
  const isPerson = /^(?:Practitioner|PractitionerRole|Patient|RelatedPerson)\//.test(person ?? '');
  return {
    resourceType: 'Provenance',
    target: targets.map((target) => ({ reference: versionOf(target) })),
    recorded: at.toISOString(),
    agent: [
      {
        type: { coding: [{ system: standardSystem.provenanceParticipant, code: 'author' }] },
        who: { reference: device, display: `${engine.display} ${engine.version}` },
        ...(isPerson && { onBehalfOf: { reference: person } }),
      },
    ],
    entity: [...facts.inputs.map(({ reference }) => reference), ...prompts].map((reference) => ({
      role: 'source' as const,
      what: { reference },
    })),
  };
}

/** The prompts of a run: those that its calls of models name, or the one that its bot declares. */
function promptsOf(engine: DeclaredEngine | undefined, calls: readonly RecordedModelCall[]): InputPrompt[] {
  const { prompt: declared, promptSha256, promptText } = engine ?? {};
  const keys = calls.length > 0 ? calls.map(({ prompt }) => prompt) : declared === undefined ? [] : [declared];
  return [...new Set(keys)].map((key) => ({
    key,
    ...(key === declared && { sha256: promptSha256, text: promptText }),
  }));
}

/** A Provenance that names the prompts, for outputs whose own Provenance came with them and names none. */
function withPrompts(
  written: readonly Resource[],
  authors: ReadonlyMap<string, string>,
  { prompts, at }: Pick<Stamped, 'prompts' | 'at'>,
): Provenance[] {
  const targets = written.filter((each) => authors.has(referenceOf(each)) && each.resourceType !== 'Provenance');
  const [device] = authors.values();
  return prompts.length === 0 || targets.length === 0 || device === undefined
    ? []
    : [
        {
          resourceType: 'Provenance',
          target: targets.map((target) => ({ reference: versionOf(target) })),
          recorded: at.toISOString(),
          agent: [
            {
              type: { coding: [{ system: standardSystem.provenanceParticipant, code: 'author' }] },
              who: { reference: device },
            },
          ],
          entity: prompts.map((reference) => ({ role: 'source' as const, what: { reference } })),
        },
      ];
}

/**
 * What the server adds to what an AI writes, in the same transaction: the Provenance where none came with it, and a
 * record of each output in the chain of the tenant.
 * @throws FhirError 422 when the engine or the inputs are unknown.
 * @see ai.md §2, §7
 */
export function stampCompanions(deps: StampDependencies): CompanionsOf {
  return async ({ context, grant, written }) => {
    const outputs = written.filter((resource) => !UNLABELLED.has(resource.resourceType) && isAiWritten(resource));
    if (outputs.length === 0 || !isBot(context) || grant.system) {
      return undefined;
    }
    const engine = await deps.engineOf(context.tenant, context.author);
    const authors = authorsIn(written);
    const targets = outputs.filter((output) => !authors.has(referenceOf(output)));
    const [facts, calls] = await Promise.all([deps.inputs.of(context), modelCallsOf(deps.database, context)]);
    if (targets.length > 0 && !engine) {
      throw unprocessable(
        'ai-engine-unknown',
        'An AI wrote this, but neither its Bot nor a Provenance says which engine',
      );
    }
    if (targets.length > 0 && facts.inputs.length === 0) {
      throw unprocessable('ai-inputs-unknown', 'An AI wrote this, but nothing says what it was made from');
    }
    const at = deps.clock();
    const device =
      engine && targets.length > 0 ? await ensureDevice(deps, { tenant: context.tenant, engine, written }) : undefined;
    const [prompts, consents] = await Promise.all([
      Promise.all(promptsOf(engine, calls).map((prompt) => deps.prompts(context.tenant, prompt))),
      consentsOf(deps.systemRepository(context.tenant), facts.inputs),
    ]);
    const stamped = engine && device ? { engine, device, facts, targets, prompts, at } : undefined;
    return {
      resources: stamped ? [provenanceOf(context, stamped)] : withPrompts(written, authors, { prompts, at }),
      append: async (queryable) => {
        for (const output of outputs) {
          const author = authors.get(referenceOf(output)) ?? device;
          const record = outputRecord(context, output, { engine, author, facts, calls, consents, written });
          await appendAiRecord(queryable, context.tenant, { kind: 'output', at, output: versionOf(output), record });
        }
      },
    };
  };
}

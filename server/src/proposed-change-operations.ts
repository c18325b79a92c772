import type { Parameters, ParametersParameter, Resource } from '@medplum/fhirtypes';
import { z } from 'zod';
import { assertNoSelfGrant } from './access/index.ts';
import type { AuthState, CredentialCarrier } from './auth/index.ts';
import { requireRecentStepUp } from './auth/index.ts';
import { conflict, forbidden, invalid, notFound } from './fhir/index.ts';
import type { ProposedChange, ProposedChanges } from './proposed-changes.ts';
import type { Operation, OperationRequest, Repository } from './repository/index.ts';

export interface ProposedChangeOperationsDependencies {
  readonly changes: ProposedChanges;
  readonly authenticate: (request: CredentialCarrier) => Promise<AuthState>;
  /** A repository that may do everything in a tenant, in somebody's name. */
  readonly repositoryAs: (tenant: number, author: string) => Repository;
  /** Operations of bots, among them `$deploy` as it is, which asks nobody. */
  readonly operations: readonly Operation[];
  readonly clock: () => Date;
}

const CANONICAL = 'https://mindbridge.health/fhir/OperationDefinition/';
/** Never shown, whoever asks. */
const SECRETS = ['secret', 'retiringSecret'];

const INPUT = z.object({ change: z.string().min(1).max(64), approve: z.boolean() });

function inputOf(body: unknown): z.infer<typeof INPUT> {
  const list = (body as Partial<Parameters> | undefined)?.parameter;
  const given = list
    ? Object.fromEntries(list.map((one) => [one.name, one.valueString ?? one.valueId ?? one.valueBoolean]))
    : body;
  const read = INPUT.safeParse(given);
  if (!read.success) {
    throw invalid('decide-change-input', 'Needed change (its id) and approve (true or false)', 'change');
  }
  return read.data;
}

function shown(change: ProposedChange): ParametersParameter {
  const resource = Object.fromEntries(
    Object.entries(change.resource).filter(([name]) => !SECRETS.includes(name)),
  ) as unknown as Resource;
  return {
    name: 'change',
    part: [
      { name: 'id', valueId: change.id },
      { name: 'interaction', valueCode: change.interaction },
      { name: 'target', valueString: change.target ? `${change.targetType}/${change.target}` : change.targetType },
      { name: 'proposedBy', valueReference: { reference: change.proposedBy } },
      { name: 'proposedAt', valueInstant: change.proposedAt.toISOString() },
      { name: 'resource', resource },
    ],
  };
}

/** Changes that wait for a second admin: who asks for what, and the decision on it. */
export function proposedChangeOperations(deps: ProposedChangeOperationsDependencies): Operation[] {
  async function admin({ headers }: OperationRequest): Promise<AuthState> {
    const state = await deps.authenticate({ headers });
    if (!state.isProjectAdmin || !state.profileReference.startsWith('Practitioner/')) {
      throw forbidden('second-approver-denied', 'Only admins of the project agree to its changes');
    }
    return state;
  }

  /** @throws FhirError 409 when it was changed since. */
  async function apply(change: ProposedChange, request: OperationRequest): Promise<Resource> {
    const repository = deps.repositoryAs(request.context.tenant, change.proposedBy);
    const { interaction, targetType, target, resource } = change;
    if (interaction === 'create') {
      return repository.createResource(resource);
    }
    const current = await repository.readResource(targetType, target);
    if (Number(current.meta?.versionId) !== change.version) {
      throw conflict('change-overtaken', 'What is to be changed was changed since; propose it anew');
    }
    if (interaction === 'update') {
      return repository.updateResource({ ...resource, id: target });
    }
    if (interaction === 'delete') {
      await repository.deleteResource(targetType, target);
      return current;
    }
    const deploy = deps.operations.find(({ name }) => name === '$deploy');
    await deploy?.handle({ ...request, repository, resourceType: 'Bot', id: target, body: bodyOf(resource) });
    return current;
  }

  async function decide(request: OperationRequest) {
    const state = await admin(request);
    requireRecentStepUp(state, deps.clock());
    const { change: id, approve } = inputOf(request.body);
    const { tenant } = request.context;
    const found = (await deps.changes.waiting(tenant)).find((one) => one.id === id);
    if (!found) {
      throw notFound();
    }
    if (approve && found.proposedBy === state.profileReference) {
      throw forbidden('second-approver-self', 'Somebody else agrees to what you propose');
    }
    const repository = deps.repositoryAs(tenant, found.proposedBy);
    const before = found.target ? await repository.readResource(found.targetType, found.target) : undefined;
    const ownPolicies = async () => state.policies.flatMap(({ policy }) => policy.id ?? []);
    await assertNoSelfGrant(before, found.resource, { profile: state.profileReference, ownPolicies });
    const change = await deps.changes.decide(tenant, id, state.profileReference, approve);
    if (!change) {
      throw notFound();
    }
    const audited = { change: id, approve, interaction: change.interaction, proposedBy: change.proposedBy };
    if (!approve) {
      return { resource: { resourceType: 'Parameters', parameter: [shown(change)] } satisfies Parameters, audited };
    }
    try {
      return { resource: withoutSecrets(await apply(change, request)), audited };
    } catch (error) {
      await deps.changes.reopen(tenant, id);
      throw error;
    }
  }

  return [
    {
      name: '$proposed-changes',
      level: 'system',
      types: [],
      methods: ['GET'],
      definition: `${CANONICAL}proposed-changes`,
      async handle(request) {
        await admin(request);
        const waiting = await deps.changes.waiting(request.context.tenant);
        return { resource: { resourceType: 'Parameters', parameter: waiting.map(shown) } satisfies Parameters };
      },
    },
    {
      name: '$decide-change',
      level: 'system',
      types: [],
      methods: ['POST'],
      definition: `${CANONICAL}decide-change`,
      handle: decide,
    },
  ];
}

function bodyOf(resource: Resource): unknown {
  const list = (resource as Partial<Parameters>).parameter ?? [];
  return Object.fromEntries(list.map(({ name, valueString }) => [name, valueString]));
}

function withoutSecrets(resource: Resource): Resource {
  return Object.fromEntries(
    Object.entries(resource).filter(([name]) => !SECRETS.includes(name)),
  ) as unknown as Resource;
}

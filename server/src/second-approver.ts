import type { Parameters, Project, ProjectMembership, Resource, Task } from '@medplum/fhirtypes';
import { taskCoding } from '@mindbridge/fhir-profiles';
import { type AccessGrant, decide, isSteeringChange, steersAccess } from './access/index.ts';
import { asksSecondApprover, requireStepUpOf } from './auth/index.ts';
import { type Database, sql } from './database/index.ts';
import { accepted, forbidden, type RequestContext } from './fhir/index.ts';
import type { Proposal, ProposedChanges } from './proposed-changes.ts';
import type { DeletionGuard, Operation, Repository, WriteGuard } from './repository/index.ts';

/** Who changes something, as far as it matters here. */
export type Changing = Pick<RequestContext, 'tenant' | 'projectId' | 'author' | 'loginId' | 'steppedUpAt'>;

export interface SecondApproverDependencies {
  readonly database: Database;
  readonly changes: ProposedChanges;
  readonly systemRepository: (tenant: number) => Repository;
  readonly clock: () => Date;
  /** Told of each change at once, without what it says. */
  readonly alert: (event: { readonly tenant: number; readonly agent: string; readonly outcome: string }) => void;
}

/** What an admin changes of who may do what, another admin agrees to. @see security.md, role matrix, Admin/IT */
export interface SecondApprover {
  readonly guard: WriteGuard;
  readonly deletionGuard: DeletionGuard;
  /** `$deploy` of bots, which waits until somebody else agrees; other operations as they are. */
  readonly deployment: (operation: Operation) => Operation;
  /** Would a change by this person have to wait for another admin? */
  isNeeded(who: Changing): Promise<boolean>;
  /** Keeps a change until somebody agrees. */
  wait(who: Changing, before: Resource, after: Resource): Promise<void>;
  /**
   * To be asked before a change of an admin is made.
   * @throws FhirError 202 when it waits for somebody else now, 403 without a fresh proof that it is her.
   */
  consider(who: Changing, before: Resource | undefined, after: Resource | undefined): Promise<void>;
}

const isPerson = ({ author, loginId }: Changing): boolean =>
  author.startsWith('Practitioner/') && loginId !== undefined;

/** Only admins write policies; so who may write them is one. */
const isAdmin = (grant: AccessGrant): boolean => decide(grant, 'AccessPolicy', 'update') !== 'none';

/** The change as a proposal. */
export function proposalOf(before: Resource | undefined, after: Resource | undefined): Proposal {
  const resource = (after ?? before) as Resource;
  return {
    interaction: !before ? 'create' : after ? 'update' : 'delete',
    targetType: resource.resourceType,
    target: before?.id ?? '',
    version: Number(before?.meta?.versionId ?? 0),
    resource,
  };
}

/** The body of `$deploy` as Parameters. */
function codeOf(body: unknown): Parameters {
  const texts = typeof body === 'object' && body !== null ? Object.entries(body) : [];
  const parameter = texts.flatMap(([name, value]) => (typeof value === 'string' ? [{ name, valueString: value }] : []));
  return { resourceType: 'Parameters', parameter };
}

/** Watches over changes of who may do what. */
export function createSecondApprover(deps: SecondApproverDependencies): SecondApprover {
  async function isOn({ tenant, projectId }: Changing): Promise<boolean> {
    const project = await deps
      .systemRepository(tenant)
      .readResource<Project>('Project', projectId)
      .catch(() => undefined);
    return project !== undefined && asksSecondApprover(project);
  }

  /** Is there anybody else who could agree? Where there is not, changes are made at once, and told all the same. */
  async function hasOthers({ tenant, author }: Changing): Promise<boolean> {
    const rows = await deps.database.forTenant(tenant).query<{ content: string }>(
      sql`SELECT content FROM resource WHERE tenant = ${tenant} AND type = 'ProjectMembership' AND NOT deleted
        AND nullif(content, '')::jsonb @> '{"admin": true}'`,
    );
    return rows
      .map(({ content }) => JSON.parse(content) as ProjectMembership)
      .some(({ active, profile }) => {
        const reference = profile.reference ?? '';
        return active !== false && reference.startsWith('Practitioner/') && reference !== author;
      });
  }

  /** A question for whoever watches over access, and a line in the log. */
  async function tell(who: Changing, { targetType, target, interaction }: Proposal, outcome: string): Promise<void> {
    deps.alert({ tenant: who.tenant, agent: who.author, outcome });
    await deps.systemRepository(who.tenant).createResource<Task>({
      resourceType: 'Task',
      status: 'requested',
      intent: 'order',
      priority: 'urgent',
      code: { coding: [taskCoding.accessChange], text: outcome },
      description: `${interaction} of ${targetType}`,
      ...(target && { focus: { reference: `${targetType}/${target}` } }),
      requester: { reference: who.author },
    });
  }

  async function keep(who: Changing, proposal: Proposal): Promise<string> {
    const id = await deps.changes.add(who.tenant, who.author, proposal);
    await tell(who, proposal, 'proposed');
    return id;
  }

  /** @throws FhirError 202, 403 */
  async function propose(who: Changing, proposal: Proposal, isPart: boolean): Promise<void> {
    requireStepUpOf(who, deps.clock());
    if (!(await hasOthers(who))) {
      await tell(who, proposal, 'made');
      return;
    }
    if (isPart) {
      throw forbidden(
        'second-approver-alone',
        'What a second admin has to agree to is proposed by itself, in no transaction',
      );
    }
    const id = await keep(who, proposal);
    throw accepted('second-approver', `Proposed as ${id}; it is done once another admin agrees (POST $decide-change)`);
  }

  const isWatched = async (
    who: Changing,
    before: Resource | undefined,
    after: Resource | undefined,
  ): Promise<boolean> => isPerson(who) && isSteeringChange(before, after) && (await isOn(who));

  const isNeeded = async (who: Changing): Promise<boolean> =>
    isPerson(who) && (await isOn(who)) && (await hasOthers(who));

  return {
    async guard({ context, grant, before, after, isPart }) {
      if (
        steersAccess(after.resourceType) &&
        !grant.system &&
        isAdmin(grant) &&
        (await isWatched(context, before, after))
      ) {
        await propose(context, proposalOf(before, after), isPart);
      }
      return after;
    },
    async deletionGuard({ context, grant, before, isPart }) {
      if (
        steersAccess(before.resourceType) &&
        !grant.system &&
        isAdmin(grant) &&
        (await isWatched(context, before, undefined))
      ) {
        await propose(context, proposalOf(before, undefined), isPart);
      }
    },
    deployment: (operation) =>
      operation.name !== '$deploy'
        ? operation
        : {
            ...operation,
            async handle(request) {
              const { context, grant, id = '' } = request;
              if (isAdmin(grant) && (await isNeeded(context))) {
                const bot = await request.repository.readResource('Bot', id);
                const proposal = {
                  ...proposalOf(bot, undefined),
                  interaction: 'deploy',
                  resource: codeOf(request.body),
                } as const;
                await propose(context, proposal, false);
              }
              return operation.handle(request);
            },
          },
    isNeeded,
    wait: async (who, before, after) => void (await keep(who, proposalOf(before, after))),
    async consider(who, before, after) {
      if (await isWatched(who, before, after)) {
        await propose(who, proposalOf(before, after), false);
      }
    },
  };
}

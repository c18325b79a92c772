import type { Parameters, ParametersParameter, ProjectMembership } from '@medplum/fhirtypes';
import { z } from 'zod';
import {
  type AccessGrant,
  type AccessInteraction,
  type AccessRule,
  compileScopes,
  patientCompartmentTypes,
  type RuleSet,
  steersAccess,
} from './access/index.ts';
import type { AuthState, CredentialCarrier, ProfileGrant } from './auth/index.ts';
import { type Database, sql } from './database/index.ts';
import { forbidden, invalid, notFound, parseReference } from './fhir/index.ts';
import type { Operation, OperationRequest, Repository } from './repository/index.ts';
import type { Search } from './search/index.ts';
import type { SecondApprover } from './second-approver.ts';

export interface ExplainAccessDependencies {
  readonly database: Database;
  readonly search: Search;
  readonly authenticate: (request: CredentialCarrier) => Promise<AuthState>;
  readonly profileGrant: ProfileGrant;
  readonly systemRepository: (tenant: number) => Repository;
  /** Does what an admin changes wait for another one? */
  readonly secondApprover: Pick<SecondApprover, 'isNeeded'>;
  readonly clock: () => Date;
}

const ID = '[A-Za-z0-9\\-.]{1,64}';
const INPUT = z.object({
  /** Who: a membership, or the profile of one. */
  subject: z
    .string()
    .regex(new RegExp(`^(?:ProjectMembership|Practitioner|Patient|RelatedPerson|ClientApplication|Bot)/${ID}$`)),
  /** On what. */
  reference: z.string().regex(new RegExp(`^[A-Z][A-Za-z]+/${ID}$`)),
  interaction: z.enum(['create', 'read', 'vread', 'history', 'search', 'update', 'delete']).default('read'),
  /** SMART scopes that narrow it, as an app holds them. */
  scope: z.string().max(8000).optional(),
  /** Id of the patient in context, without whom scopes on `patient/` open nothing. */
  patient: z
    .string()
    .regex(new RegExp(`^${ID}$`))
    .optional(),
});

/** Name of the policy whose members watch over access. */
const COMPLIANCE = 'compliance';

const part = (name: string, value: Omit<ParametersParameter, 'name'>): ParametersParameter => ({ name, ...value });

function inputOf({ query, body }: OperationRequest): z.infer<typeof INPUT> {
  const listed = (body as Partial<Parameters> | undefined)?.parameter ?? [];
  const given: Record<string, unknown> = Object.fromEntries([
    ...query,
    ...listed.map(({ name, valueString, valueCode, valueReference }): [string, unknown] => [
      name,
      valueString ?? valueCode ?? valueReference?.reference,
    ]),
  ]);
  const read = INPUT.safeParse(given);
  if (!read.success) {
    const name = String(read.error.issues[0]?.path[0] ?? 'subject');
    throw invalid(
      'explain-access-input',
      'Needed subject (Type/id), reference (Type/id), and interaction and scope if you like',
      name,
    );
  }
  return read.data;
}

/** The one instance that is asked about, and the rule sets that judge it. */
interface Question {
  readonly tenant: number;
  readonly type: string;
  readonly id: string;
  readonly interaction: AccessInteraction;
}

/**
 * `$explain-access`: why somebody may or may not do something to one resource, rule by rule, as things stand now. For a
 * project's admins and its compliance officers; it tells ids, rules and verdicts, and nothing that the record says.
 */
export function explainAccessOperation(deps: ExplainAccessDependencies): Operation {
  async function handle(request: OperationRequest) {
    const state = await deps.authenticate({ headers: request.headers });
    if (!state.isProjectAdmin && !state.policies.some(({ policy }) => policy.name === COMPLIANCE)) {
      throw forbidden('explain-access-denied', 'Only admins and compliance officers ask why somebody has access');
    }
    const input = inputOf(request);
    const { type, id } = parseReference(input.reference) ?? { type: '', id: '' };
    const question: Question = { tenant: request.context.tenant, type, id, interaction: input.interaction };
    const profile = await profileOf(deps, question.tenant, input.subject);
    const grant = profile === undefined ? undefined : await deps.profileGrant(question.tenant, profile);
    const parameter = [
      part('subject', { valueReference: { reference: profile ?? input.subject } }),
      part('reference', { valueReference: { reference: input.reference } }),
      part('interaction', { valueCode: input.interaction }),
      ...(profile && grant
        ? [
            ...(await explained(deps, question, { profile, grant: withScopes(grant, input) })),
            ...(await approvalOf(deps, question, { profile, projectId: request.context.projectId })),
          ]
        : [...NO_MEMBER]),
    ];
    return { resource: { resourceType: 'Parameters', parameter } satisfies Parameters };
  }
  return {
    name: '$explain-access',
    level: 'system',
    types: [],
    methods: ['GET', 'POST'],
    definition: 'https://mindbridge.health/fhir/OperationDefinition/explain-access',
    handle,
  };
}

/** Whether another admin has to agree before the change is made. */
async function approvalOf(
  { secondApprover }: ExplainAccessDependencies,
  { tenant, type, interaction }: Question,
  { profile, projectId }: { readonly profile: string; readonly projectId: string },
): Promise<ParametersParameter[]> {
  const isChange = interaction === 'create' || interaction === 'update' || interaction === 'delete';
  const who = { tenant, projectId, author: profile, loginId: '' };
  return isChange && steersAccess(type) && (await secondApprover.isNeeded(who))
    ? [part('secondApprover', { valueBoolean: true })]
    : [];
}

const NO_MEMBER = [
  part('verdict', { valueCode: 'deny' }),
  part('rules', {
    part: [
      part('source', { valueString: 'tenant' }),
      part('verdict', { valueCode: 'deny' }),
      part('why', { valueString: 'No active member of this clinic' }),
    ],
  }),
];

async function profileOf(
  { systemRepository }: ExplainAccessDependencies,
  tenant: number,
  subject: string,
): Promise<string | undefined> {
  if (!subject.startsWith('ProjectMembership/')) {
    return subject;
  }
  const id = subject.slice('ProjectMembership/'.length);
  const membership = await systemRepository(tenant)
    .readResource<ProjectMembership>('ProjectMembership', id)
    .catch(() => {
      throw notFound();
    });
  return membership.active === false ? undefined : membership.profile.reference;
}

function withScopes(grant: AccessGrant, { scope = '', patient }: z.infer<typeof INPUT>): AccessGrant {
  const scopes = compileScopes(scope, { compartmentTypes: patientCompartmentTypes(), ...(patient && { patient }) });
  return scopes ? { ...grant, ruleSets: [...grant.ruleSets, scopes] } : grant;
}

async function explained(
  deps: ExplainAccessDependencies,
  question: Question,
  { profile, grant }: { readonly profile: string; readonly grant: AccessGrant },
): Promise<ParametersParameter[]> {
  const isThere = await holds(deps, question, []);
  const sets = await Promise.all(grant.ruleSets.map((ruleSet) => judged(deps, question, grant, ruleSet)));
  const emergency = await emergencyUntil(deps, question, profile);
  const permits = isThere && sets.every(({ permits: one }) => one);
  return [
    part('verdict', { valueCode: permits ? 'permit' : 'deny' }),
    part('rules', {
      part: [part('source', { valueString: 'tenant' }), part('verdict', { valueCode: isThere ? 'permit' : 'deny' })],
    }),
    ...sets.map(({ told }) => told),
    ...(emergency ? [part('breakGlassUntil', { valueInstant: emergency.toISOString() })] : []),
  ];
}

/** What one source of authority says: it permits when any one of its rules does. */
async function judged(
  deps: ExplainAccessDependencies,
  question: Question,
  grant: AccessGrant,
  ruleSet: RuleSet,
): Promise<{ readonly permits: boolean; readonly told: ParametersParameter }> {
  const rules = ruleSet.rulesFor(question.type, question.interaction);
  const verdicts = await Promise.all(rules.map((rule) => holds(deps, question, ruleAlone(question, grant, rule))));
  const permits = verdicts.includes(true);
  const why =
    rules.length === 0 ? [part('why', { valueString: `No rule for ${question.interaction} of ${question.type}` })] : [];
  return {
    permits,
    told: part('rules', {
      part: [
        part('source', { valueString: ruleSet.source }),
        part('verdict', { valueCode: permits ? 'permit' : 'deny' }),
        ...why,
        ...rules.map((rule, index) => part('rule', { part: toldRule(rule, verdicts[index] === true) })),
      ],
    }),
  };
}

function toldRule(rule: AccessRule, permits: boolean): ParametersParameter[] {
  return [
    part('verdict', { valueCode: permits ? 'permit' : 'deny' }),
    ...(rule.criteria ? [part('criteria', { valueString: rule.criteria })] : []),
    ...rule.hiddenFields.map((field) => part('hiddenField', { valueString: field })),
    ...rule.readonlyFields.map((field) => part('readonlyField', { valueString: field })),
    ...rule.writeConstraints.map((constraint) => part('writeConstraint', { valueString: constraint })),
  ];
}

/** What would be permitted if this rule alone stood for its type; links that follow the policy still meet all of it. */
function ruleAlone({ type }: Question, { ruleSets }: AccessGrant, rule: AccessRule): RuleSet[] {
  return rule.linksFollowPolicy
    ? ruleSets.map((one) => ({ ...one, rulesFor: (of, how) => (of === type ? [rule] : one.rulesFor(of, how)) }))
    : [{ source: 'one rule', rulesFor: () => [rule] }];
}

/** Is the instance there under these rules? */
async function holds(
  { database, search }: ExplainAccessDependencies,
  question: Question,
  ruleSets: readonly RuleSet[],
): Promise<boolean> {
  const { tenant, type, id, interaction } = question;
  const grant: AccessGrant = { tenant, ruleSets, system: false, extendedMode: false };
  const predicate = search.accessPredicate(grant, type, interaction, 'r.rid');
  if (predicate === 'none') {
    return false;
  }
  const rows = await database.forTenant(tenant).query(
    sql`SELECT 1 FROM resource r WHERE r.tenant = ${tenant} AND r.type = ${type} AND r.id = ${id} AND NOT r.deleted
        AND ${predicate === 'all' ? sql`true` : predicate}`,
  );
  return rows.length > 0;
}

/** Until when a session of that person has emergency access to that patient; it comes on top of the rules. */
async function emergencyUntil(
  { database, clock }: ExplainAccessDependencies,
  { tenant, type, id }: Question,
  profile: string,
): Promise<Date | undefined> {
  const [row] = await database.query<{ until: Date }>(
    sql`SELECT max(b.until) AS until FROM break_glass b WHERE b.tenant = ${tenant} AND b.agent = ${profile} AND b.until > ${clock()}
      AND (${type} = 'Patient' AND b.patient = ${id} OR EXISTS (SELECT FROM index_reference i JOIN resource r ON r.rid = i.rid
        WHERE r.tenant = ${tenant} AND r.type = ${type} AND r.id = ${id} AND i.tenant = ${tenant} AND i.target_type = 'Patient' AND i.target_id = b.patient))
      HAVING max(b.until) IS NOT NULL`,
  );
  return row?.until;
}

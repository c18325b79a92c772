import type { Parameters, Task } from '@medplum/fhirtypes';
import { taskCoding } from '@mindbridge/fhir-profiles';
import { z } from 'zod';
import { breakGlassGrant } from './access/index.ts';
import { type AuthState, type CredentialCarrier, isSteppedUp } from './auth/index.ts';
import { type Database, sql } from './database/index.ts';
import { forbidden, invalid, notFound } from './fhir/index.ts';
import type { Operation, OperationRequest, Repository } from './repository/index.ts';

/** Longest emergency access, and how long other processes may not know of it, in ms. */
const MAX_MINUTES = 60;
const BELIEVED_MS = 2000;
const MINUTE_MS = 60_000;
const NONE: readonly Opening[] = [];
/** Names of the policies whose members may break the glass. */
const CLINICIANS: ReadonlySet<string | undefined> = new Set(['physician', 'nurse']);

const INPUT = z.object({
  reason: z.string().trim().min(10).max(500),
  patient: z.string().regex(/^Patient\/[A-Za-z0-9\-.]{1,64}$/),
  minutes: z.int().min(1).max(MAX_MINUTES).optional(),
});

export interface BreakGlassDependencies {
  readonly database: Database;
  readonly authenticate: (request: CredentialCarrier) => Promise<AuthState>;
  readonly systemRepository: (tenant: number) => Repository;
  readonly clock: () => Date;
  /** Alerts: told at once, without the reason and without the patient. */
  readonly alert: (event: { readonly tenant: number; readonly agent: string; readonly requestId: string }) => void;
}

/** A patient whose records a session opened. */
interface Opening {
  readonly tenant: number;
  readonly session: string;
  readonly patient: string;
  readonly until: Date;
}

/** Emergency access of clinicians. */
export interface BreakGlass {
  readonly operation: Operation;
  /** Ids of the patients whose records a session has open at this moment. */
  opened(tenant: number, session: string): Promise<readonly string[]>;
  /** The state with what the session has opened; its accesses are marked with the purpose BTG. */
  applied(state: AuthState): Promise<AuthState>;
}

/** A plain JSON object, or Parameters with the same names. */
function inputOf(body: unknown): z.infer<typeof INPUT> {
  const list = (body as Partial<Parameters> | undefined)?.parameter;
  const given = list
    ? Object.fromEntries(
        list.map((one) => [one.name, one.valueString ?? one.valueReference?.reference ?? one.valueInteger]),
      )
    : body;
  const read = INPUT.safeParse(given);
  if (!read.success) {
    const name = String(read.error.issues[0]?.path[0] ?? 'reason');
    if (name === 'reason') {
      throw forbidden('break-glass-reason', 'Emergency access needs a reason of 10 to 500 characters');
    }
    throw invalid('break-glass-input', 'Needed patient (Patient/id), and at most minutes (1 to 60)', name);
  }
  return read.data;
}

function assertMay(state: AuthState, now: Date): string {
  const isClinician = state.policies.some(({ policy }) => CLINICIANS.has(policy.name));
  const isPerson = state.profileReference.startsWith('Practitioner/') && state.userReference.startsWith('User/');
  if (!isClinician || !isPerson || state.isProjectAdmin || state.context.depth > 0 || !state.sessionId) {
    throw forbidden('break-glass-denied', 'Emergency access is for physicians and nurses');
  }
  if (!isSteppedUp(state, now)) {
    throw forbidden('step-up-required', 'Emergency access needs a fresh proof that it is you: POST auth/step-up');
  }
  return state.sessionId;
}

function taskOf(
  code: typeof taskCoding.breakGlassAlert | typeof taskCoding.breakGlassReview,
  grant: { agent: string; patient: string; reason: string; due: Date },
): Task {
  return {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    priority: code === taskCoding.breakGlassAlert ? 'stat' : 'urgent',
    code: { coding: [code] },
    for: { reference: grant.patient },
    requester: { reference: grant.agent },
    reasonCode: { text: grant.reason },
    restriction: { period: { end: grant.due.toISOString() } },
  };
}

/** Makes emergency access: `$break-glass`, and the widening of the grants of sessions that used it. */
export function createBreakGlass(deps: BreakGlassDependencies): BreakGlass {
  const { database, clock } = deps;
  let known: Promise<ReadonlyMap<string, readonly Opening[]>> = Promise.resolve(new Map());
  let until = 0;

  async function load(now: Date): Promise<ReadonlyMap<string, readonly Opening[]>> {
    const rows = await database.query<Opening>(
      sql`SELECT tenant, session, patient, max(until) AS until FROM break_glass
        WHERE until > ${now} GROUP BY tenant, session, patient`,
    );
    return Map.groupBy(rows, ({ tenant, session }) => `${tenant} ${session}`);
  }

  async function opened(tenant: number, session: string): Promise<readonly string[]> {
    const now = clock();
    if (until <= now.getTime()) {
      until = now.getTime() + BELIEVED_MS;
      known = load(now);
      known.catch(() => {
        until = 0;
      });
    }
    const openings = (await known).get(`${tenant} ${session}`) ?? NONE;
    return openings.filter((one) => one.until > now).map(({ patient }) => patient);
  }

  async function handle(request: OperationRequest) {
    const state = await deps.authenticate({ headers: request.headers });
    const now = clock();
    const session = assertMay(state, now);
    const { reason, patient, minutes = MAX_MINUTES } = inputOf(request.body);
    const { tenant, requestId } = request.context;
    const system = deps.systemRepository(tenant);
    const id = patient.slice('Patient/'.length);
    await system.readStored('Patient', id).catch(() => {
      throw notFound();
    });
    const end = new Date(now.getTime() + minutes * MINUTE_MS);
    const agent = state.profileReference;
    const review = await system.withTransaction(async (tx) => {
      const due = new Date(now.getTime() + 3 * 24 * 60 * MINUTE_MS);
      await tx.createResource<Task>(taskOf(taskCoding.breakGlassAlert, { agent, patient, reason, due }));
      return tx.createResource<Task>(taskOf(taskCoding.breakGlassReview, { agent, patient, reason, due }));
    });
    await database.query({
      name: 'break-glass:open',
      text: `INSERT INTO break_glass (tenant, session, patient, agent, reason, at, until)
        VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      values: [tenant, session, id, agent, reason, now, end],
    });
    until = 0;
    deps.alert({ tenant, agent, requestId });
    const resource: Parameters = {
      resourceType: 'Parameters',
      parameter: [{ name: 'until', valueInstant: end.toISOString() }],
    };
    return {
      status: 201,
      resource,
      audited: { until: end.toISOString(), review: `Task/${review.id}` },
      disclosed: { entries: 0, patients: new Set([id]) },
    };
  }

  return {
    operation: {
      name: '$break-glass',
      level: 'system',
      types: [],
      methods: ['POST'],
      definition: 'https://mindbridge.health/fhir/OperationDefinition/break-glass',
      handle,
    },
    opened,
    async applied(state) {
      if (!state.sessionId || !state.userReference.startsWith('User/')) {
        return state;
      }
      const patients = await opened(state.context.tenant, state.sessionId);
      return patients.length > 0
        ? {
            ...state,
            grant: breakGlassGrant(state.grant, patients),
            context: { ...state.context, purpose: 'BTG' },
          }
        : state;
    },
  };
}

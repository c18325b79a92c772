import { type ClinicDay, clinicDay } from '../clinic/clinic-day.ts';
import { clinicCounts } from '../clinic/patient-plan.ts';
import { riversidePatients } from '../clinic/riverside-patients.ts';
import { type Clinic, oakwood, type Person, riverside } from '../clinic/staff.ts';
import { loadBase, policyReferences } from './base-bundles.ts';
import { type LoadedClinic, loadClinic } from './clinic-loading.ts';
import { type DemoFile, type DemoTenant, readDemoFile, withTenant, writeDemoFile } from './demo-file.ts';
import { transaction } from './fhir-client.ts';
import { type DemoVersions, type LoadMark, readMark, writeMark } from './freshness.ts';
import { type Api, ApiError } from './http-api.ts';
import { demoUser, type InviteContext, invite } from './members.ts';
import {
  changedCharts,
  chartsOf,
  loadCharts,
  partOf,
  patientReferences,
  withLiteralPatient,
} from './patients-loading.ts';
import type { Surroundings } from './progress.ts';
import { loadRecordedVisits } from './recorded-visits-loading.ts';
import { countBands, waitForScores } from './scoring.ts';
import { asClient, asPerson } from './sign-in.ts';
import { ensureTenant, tellTimeZone } from './tenants.ts';

/** What a run of the loader is given. */
export interface LoadOptions {
  /** Base URL of the server, with a slash at the end. */
  readonly baseUrl: string;
  readonly dataDir: string;
  readonly versions: DemoVersions;
  readonly deployBots: (baseUrl: string, tenant: DemoTenant) => Promise<void>;
}

const clinicNames = [oakwood.name, riverside.name];
const isPractitioner = ({ role }: Person): boolean => role !== 'patient' && role !== 'proxy';

/** One run over one data folder. demo.json is written after each step, so that a killed run goes on. */
interface DemoRun {
  readonly options: LoadOptions;
  readonly surroundings: Surroundings;
  /** The API as the super-admin. */
  readonly admin: Api;
  tenantOf(clinic: Clinic): DemoTenant | undefined;
  remember(tenant: DemoTenant): DemoTenant;
}

function openRun(options: LoadOptions, surroundings: Surroundings): DemoRun {
  let demo: DemoFile = readDemoFile(options.dataDir, options.baseUrl);
  return {
    options,
    surroundings,
    admin: asPerson(options.baseUrl, demo.superAdmin),
    tenantOf: (clinic) => demo.tenants.find(({ name }) => name === clinic.name),
    remember(tenant) {
      demo = withTenant(demo, tenant, clinicNames);
      writeDemoFile(options.dataDir, demo);
      return tenant;
    },
  };
}

/** The tenant in demo.json if its client still works, else a new client (and a new project where there is none). */
async function tenantFor(run: DemoRun, clinic: Clinic): Promise<{ tenant: DemoTenant; api: Api }> {
  const known = run.tenantOf(clinic);
  const tenant = known && (await works(run, known)) ? known : run.remember(await ensureTenant(run.admin, clinic));
  return { tenant, api: asClient(run.options.baseUrl, tenant.clientId, tenant.clientSecret) };
}

async function works(run: DemoRun, { clientId, clientSecret }: DemoTenant): Promise<boolean> {
  try {
    await asClient(run.options.baseUrl, clientId, clientSecret).get('fhir/R4/Organization?_count=1');
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.status < 500) {
      return false;
    }
    throw error;
  }
}

async function inviteAll(run: DemoRun, context: InviteContext, people: readonly Person[]): Promise<void> {
  for (const person of people) {
    const tenant = run.tenantOf(context.clinic);
    const { email } = demoUser(context.clinic, person);
    if (tenant && !tenant.users.some((user) => user.email === email)) {
      const user = await invite(context, person);
      run.remember({ ...tenant, users: [...tenant.users, user] });
    }
  }
}

/** Policies, staff and sign-ins of one clinic; the people who need a Patient come later. */
async function openClinic(run: DemoRun, clinic: Clinic): Promise<{ api: Api; context: InviteContext }> {
  const { tenant, api } = await tenantFor(run, clinic);
  run.surroundings.say(`${clinic.name}: policies and staff`);
  await loadBase(api);
  const loaded: LoadedClinic = await loadClinic(api, clinic);
  const policies = await policyReferences(api);
  const context = { admin: run.admin, client: api, clinic, projectId: tenant.projectId, loaded, policies };
  await inviteAll(run, context, clinic.people.filter(isPractitioner));
  return { api, context };
}

async function loadRiverside(run: DemoRun): Promise<void> {
  const { api, context } = await openClinic(run, riverside);
  await transaction(api, riversidePatients(context.loaded.references));
  await inviteAll(run, context, riverside.people);
}

async function deploy(run: DemoRun): Promise<void> {
  const tenant = run.tenantOf(oakwood);
  if (tenant) {
    run.surroundings.say(`${oakwood.name}: bots`);
    await tellTimeZone(asClient(run.options.baseUrl, tenant.clientId, tenant.clientSecret), tenant.projectId, oakwood);
    await run.options.deployBots(run.options.baseUrl, tenant);
  }
}

/**
 * Everything of the demo clinic. Observations come last, when the bots are there: they are what starts the risk bot, once
 * for each patient, on a chart that is complete.
 */
async function loadOakwood(run: DemoRun, mark: LoadMark, day: ClinicDay): Promise<void> {
  const { say } = run.surroundings;
  const { api, context } = await openClinic(run, oakwood);
  say(`${oakwood.name}: patients`);
  const charts = chartsOf(day, context.loaded.references);
  await loadCharts(
    api,
    partOf(charts, (type) => type !== 'Observation'),
    'charts',
    say,
  );
  await inviteAll(run, context, oakwood.people);
  await loadRiverside(run);
  await deploy(run);
  await recordedVisitsOf(run, api, context.loaded, day);
  const patients = await patientReferences(api);
  const observed = partOf(charts, (type) => type === 'Observation').map((part) => withLiteralPatient(part, patients));
  await loadCharts(api, observed, 'observations', say);
  const wait = { patients: clinicCounts.patients, quietLimit: 90_000 };
  const scored = await waitForScores(api, wait, run.surroundings);
  if (scored < wait.patients) {
    throw new Error(
      `The risk bot has scored ${scored} of ${wait.patients} patients and stopped: its own log, in the server's output, says why`,
    );
  }
  await sayBands(run, api);
  await writeMark(api, oakwood, mark);
}

/** The visits whose notes a physician of the demo can draft. */
async function recordedVisitsOf(
  run: DemoRun,
  client: Api,
  { references }: LoadedClinic,
  day: ClinicDay,
): Promise<void> {
  const user = run.tenantOf(oakwood)?.users.find(({ role }) => role === 'physician');
  if (user) {
    run.surroundings.say(`${oakwood.name}: recorded visits`);
    const physician = asPerson(run.options.baseUrl, user);
    await loadRecordedVisits({ client, physician, references, day });
  }
}

async function sayBands(run: DemoRun, api: Api): Promise<void> {
  const { high, medium, low } = await countBands(api);
  run.surroundings.say(`  ${high} high, ${medium} medium, ${low} low`);
}

/** Moves the dates of a demo that was loaded on another day to today: only what differs is sent, patient by patient. */
async function redate(run: DemoRun, before: LoadMark, mark: LoadMark, day: ClinicDay): Promise<void> {
  const { say, now } = run.surroundings;
  const { api } = await tenantFor(run, oakwood);
  say(`${oakwood.name}: moving the dates from ${before.day} to ${mark.day}`);
  const { references } = await loadClinic(api, oakwood);
  const old = chartsOf({ ...day, day: before.day }, references);
  const since = now().toISOString();
  const patients = await patientReferences(api);
  const changed = changedCharts(old, chartsOf(day, references)).map((chart) => withLiteralPatient(chart, patients));
  await loadCharts(api, changed, 'new dates', say);
  const reached = await waitForScores(api, { patients: changed.length, since, quietLimit: 15_000 }, run.surroundings);
  if (reached < changed.length) {
    say(`  the risk bot found nothing new for ${changed.length - reached} patients`);
  }
  await sayBands(run, api);
  await writeMark(api, oakwood, mark);
}

async function markOf(run: DemoRun, clinic: Clinic): Promise<LoadMark | undefined> {
  const tenant = run.tenantOf(clinic);
  if (!tenant || !(await works(run, tenant))) {
    return undefined;
  }
  return readMark(asClient(run.options.baseUrl, tenant.clientId, tenant.clientSecret), clinic);
}

/** Are all people of both clinics in demo.json? A run that was killed leaves some out. */
function isComplete(run: DemoRun): boolean {
  return [oakwood, riverside].every((clinic) => run.tenantOf(clinic)?.users.length === clinic.people.length);
}

/** New bots for a demo whose records are as they should be. */
async function redeploy(run: DemoRun, mark: LoadMark): Promise<void> {
  const { api } = await tenantFor(run, oakwood);
  await deploy(run);
  await writeMark(api, oakwood, mark);
}

/**
 * Loads the demo through the API, or what is missing of it: nothing when it is there and of today, only the dates when
 * it has aged, only the bots when those have changed, everything (over what is there) when the seeds have changed or a
 * run was interrupted.
 */
export async function loadDemo(options: LoadOptions, surroundings: Surroundings): Promise<void> {
  const run = openRun(options, surroundings);
  const day = clinicDay(surroundings.now(), oakwood.timeZone);
  const mark: LoadMark = { day: day.day, ...options.versions };
  const before = isComplete(run) ? await markOf(run, oakwood) : undefined;
  if (before?.seeds !== mark.seeds) {
    return loadOakwood(run, mark, day);
  }
  if (before.bots !== mark.bots) {
    await redeploy(run, { ...mark, day: before.day });
  }
  if (before.day !== mark.day) {
    await redate(run, before, mark, day);
  } else {
    surroundings.say('The demo is loaded and of today');
  }
}

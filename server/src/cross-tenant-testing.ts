/** Clinics with records of many types, and the ways by which one may try to see those of another. @see security.md S51 */
import { randomUUID } from 'node:crypto';
import type { Bundle, Resource } from '@medplum/fhirtypes';
import type { TestAnswer, TestClinic, TestServer } from './testing.ts';

/** A resource of a clinic, as others may know of it. */
export interface Planted {
  readonly type: string;
  readonly id: string;
  readonly identifier: string;
}

/** A clinic with what was planted in it. */
export interface House {
  readonly clinic: TestClinic;
  readonly mark: string;
  readonly patient: string;
  readonly planted: readonly Planted[];
}

const CODE = { text: 'x' };
const CODED = { coding: [{ code: 'x' }] };

/** Resources of many types around one patient, each with the clinic's mark. */
export async function furnish(server: TestServer, name: string): Promise<House> {
  const clinic = await server.clinic(name);
  const mark = `mark-${randomUUID()}`;
  const system = server.house.systemRepository(clinic.tenant);
  const common = () => ({
    meta: { tag: [{ system: 'urn:mark', code: mark }] },
    identifier: [{ system: 'urn:mark', value: `${mark}-${randomUUID()}` }],
  });
  const patient = await system.createResource({ resourceType: 'Patient', ...common(), name: [{ family: mark }] });
  const subject = { reference: `Patient/${patient.id}` };
  const rest: object[] = [
    { resourceType: 'Observation', status: 'final', category: [CODED], code: CODED, subject },
    { resourceType: 'Condition', code: CODE, subject },
    { resourceType: 'Encounter', status: 'finished', class: { code: 'AMB' }, subject },
    { resourceType: 'Procedure', status: 'completed', subject },
    { resourceType: 'Flag', status: 'active', code: CODE, subject },
    { resourceType: 'Task', status: 'requested', intent: 'order', for: subject },
    { resourceType: 'Communication', status: 'completed', subject },
    { resourceType: 'DiagnosticReport', status: 'final', code: CODE, subject },
    { resourceType: 'CarePlan', status: 'active', intent: 'plan', subject },
    { resourceType: 'CareTeam', subject },
    { resourceType: 'Goal', lifecycleStatus: 'active', description: CODE, subject },
    { resourceType: 'RiskAssessment', status: 'final', subject },
    { resourceType: 'DocumentReference', status: 'current', subject, content: [{ attachment: { title: mark } }] },
    { resourceType: 'MedicationRequest', status: 'active', intent: 'order', medicationCodeableConcept: CODE, subject },
    { resourceType: 'ServiceRequest', status: 'active', intent: 'order', subject },
    { resourceType: 'EpisodeOfCare', status: 'active', patient: subject },
    { resourceType: 'Practitioner', name: [{ family: mark }] },
    { resourceType: 'Organization', name: mark },
    { resourceType: 'Location', name: mark },
    { resourceType: 'Device' },
  ];
  const made: Resource[] = [patient];
  for (const resource of rest) {
    made.push(await system.createResource({ ...resource, ...common() } as Resource));
  }
  const planted = made.map((one) => ({
    type: one.resourceType,
    id: one.id as string,
    identifier: (one as { identifier: { value: string }[] }).identifier[0]?.value ?? '',
  }));
  return { clinic, mark, patient: patient.id, planted };
}

type Probe = (attacker: House, victim: House, target: Planted) => Promise<TestAnswer<unknown>>;
const ask = (attacker: House, method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
  attacker.clinic.request<unknown>(method, path, body, headers);
const graphql = (attacker: House, query: string) => ask(attacker, 'POST', '$graphql', { query });
const batch = (attacker: House, type: string, url: string) =>
  ask(attacker, 'POST', '', { resourceType: 'Bundle', type, entry: [{ request: { method: 'GET', url } }] });

/** Ways to ask for a resource of another clinic that one knows the id, identifier and mark of. */
export const PROBES: Readonly<Record<string, Probe>> = {
  read: (a, _v, { type, id }) => ask(a, 'GET', `${type}/${id}`),
  'read by another host': (a, _v, { type, id }) =>
    ask(a, 'GET', `${type}/${id}`, undefined, { 'x-forwarded-host': 'other.example', 'x-forwarded-for': '127.0.0.1' }),
  vread: (a, _v, { type, id }) => ask(a, 'GET', `${type}/${id}/_history/1`),
  history: (a, _v, { type, id }) => ask(a, 'GET', `${type}/${id}/_history`),
  'history of the type': (a, _v, { type }) => ask(a, 'GET', `${type}/_history`),
  'search _id': (a, _v, { type, id }) => ask(a, 'GET', `${type}?_id=${id}&_total=accurate`),
  'search _tag': (a, { mark }, { type }) => ask(a, 'GET', `${type}?_tag=urn:mark|${mark}&_total=accurate`),
  'search _lastUpdated': (a, _v, { type }) => ask(a, 'GET', `${type}?_lastUpdated=gt2020-01-01&_count=100`),
  'search _sort': (a, _v, { type }) => ask(a, 'GET', `${type}?_sort=-_lastUpdated&_count=100`),
  'search identifier': (a, _v, { type, identifier }) => ask(a, 'GET', `${type}?identifier=urn:mark|${identifier}`),
  'search :not': (a, _v, { type }) => ask(a, 'GET', `${type}?_tag:not=urn:none|x&_count=100`),
  'search :missing': (a, _v, { type }) => ask(a, 'GET', `${type}?identifier:missing=false&_count=100&_total=accurate`),
  'search count': (a, { mark }, { type }) => ask(a, 'GET', `${type}?_tag=urn:mark|${mark}&_summary=count`),
  'search over types': (a, { mark }, { type }) => ask(a, 'GET', `?_type=${type}&_tag=urn:mark|${mark}`),
  _search: (a, _v, { type, id }) =>
    ask(a, 'POST', `${type}/_search`, `_id=${id}`, { 'content-type': 'application/x-www-form-urlencoded' }),
  'next page': (a, _v, { type }) => ask(a, 'GET', `${type}?_count=1&_offset=1&_sort=_lastUpdated`),
  _has: (a, { mark }, { id }) => ask(a, 'GET', `Patient?_has:Observation:subject:_tag=urn:mark|${mark}&_id=${id}`),
  chain: (a, { mark }) => ask(a, 'GET', `Observation?subject:Patient.name=${mark}`),
  'chain by identifier': (a, { planted }) =>
    ask(a, 'GET', `Observation?subject:Patient.identifier=urn:mark|${planted[0]?.identifier}`),
  'subject by reference': (a, { patient }) => ask(a, 'GET', `Observation?subject=Patient/${patient}`),
  compartment: (a, { patient }, { type }) => ask(a, 'GET', `${type}?_compartment=Patient/${patient}`),
  _revinclude: (a, { patient }) => ask(a, 'GET', `Patient?_id=${patient}&_revinclude=Observation:subject`),
  $everything: (a, { patient }) => ask(a, 'GET', `Patient/${patient}/$everything`),
  'GraphQL by id': (a, _v, { type, id }) => graphql(a, `{ ${type}(id: "${id}") { id meta { tag { code } } } }`),
  'GraphQL list': (a, { mark }, { type }) =>
    graphql(a, `{ ${type}List(_tag: "urn:mark|${mark}") { id meta { tag { code } } } }`),
  batch: (a, _v, { type, id }) => batch(a, 'batch', `${type}/${id}`),
  'batch search': (a, { mark }, { type }) => batch(a, 'batch', `${type}?_tag=urn:mark|${mark}`),
  'If-None-Exist': (a, { planted: [patient] }) =>
    ask(
      a,
      'POST',
      'Patient',
      { resourceType: 'Patient' },
      { 'if-none-exist': `identifier=urn:mark|${patient?.identifier}` },
    ),
  patch: (a, _v, { type, id }) =>
    ask(a, 'PATCH', `${type}/${id}`, JSON.stringify([{ op: 'add', path: '/language', value: 'en' }]), {
      'content-type': 'application/json-patch+json',
    }),
  delete: (a, _v, { type, id }) => ask(a, 'DELETE', `${type}/${id}`),
  'conditional delete': (a, _v, { type, identifier }) => ask(a, 'DELETE', `${type}?identifier=urn:mark|${identifier}`),
  'search _security': (a, _v, { type }) => ask(a, 'GET', `${type}?_security:not=urn:none|x&_count=100`),
  'search _profile': (a, _v, { type }) => ask(a, 'GET', `${type}?_profile:missing=true&_count=100&_total=accurate`),
  'search _filter': (a, { mark }, { type }) => ask(a, 'GET', `${type}?_filter=_tag eq "urn:mark|${mark}"`),
  'as of then': (a, _v, { type, id }) => ask(a, 'GET', `${type}/${id}?_asOf=2100-01-01T00:00:00Z`),
  'audit search': (a, { patient }) => ask(a, 'GET', `AuditEvent?patient=Patient/${patient}&_total=accurate`),
  'audit of a patient': (a, { patient }) => ask(a, 'GET', `Patient/${patient}/AuditEvent`),
  'tenant in the path': (a, { clinic }, { type, id }) => ask(a, 'GET', `Project/${clinic.projectId}/${type}/${id}`),
  'reference in the body': (a, { patient }) =>
    ask(a, 'POST', 'Basic', { resourceType: 'Basic', code: CODE, subject: { reference: `Patient/${patient}` } }),
  '_include of what was referred to': (a, { patient }) =>
    ask(a, 'GET', `Basic?subject=Patient/${patient}&_include=Basic:subject`),
  '_include of one type': (a, { patient }) => ask(a, 'GET', `Basic?subject=Patient/${patient}&_include=Basic:patient`),
  'references of all kinds': (a, { patient }) => ask(a, 'GET', `Patient/${patient}/Observation`),
  validate: (a, _v, { type, id }) => ask(a, 'POST', `${type}/${id}/$validate`, { resourceType: type }),
};

/** Does the answer show anything of the victim: its mark, an id that was not asked for, or a number of what it has? */
function isLeak({ text, body, headers }: TestAnswer<unknown>, victim: House, target: Planted): boolean {
  const bundle = body as Bundle | undefined;
  const found = bundle?.resourceType === 'Bundle' && bundle.type === 'searchset' ? (bundle.entry ?? []) : [];
  const shown = JSON.stringify(found.map(({ resource }) => resource ?? {}));
  const isOthersId = victim.planted.some(({ id }) => id !== target.id && id !== victim.patient && text.includes(id));
  const countsHidden =
    bundle?.type === 'searchset' &&
    (bundle.total ?? 0) > 0 &&
    bundle.link?.some(({ url }) => url.includes(victim.mark));
  const isNamed = headers.get('location')?.includes(victim.patient) === true;
  const isShown = text.includes(`"code":"${victim.mark}"`) || shown.includes(victim.mark);
  return isShown || isOthersId || isNamed || countsHidden === true;
}

/** Somebody whom one knows nothing of, because he never was. */
function nobody(attacker: House, type: string): { readonly victim: House; readonly target: Planted } {
  const [id, patient, mark] = [randomUUID(), randomUUID(), `mark-${randomUUID()}`];
  const target = { type, id, identifier: `${mark}-1` };
  return { victim: { ...attacker, mark, patient, planted: [target] }, target };
}

/** How a probe is answered that asks for what never existed: what exists elsewhere must be answered alike. */
function answersToNothing(attacker: House): (name: string, type: string) => Promise<number> {
  const known = new Map<string, Promise<number>>();
  const ask = async (name: string, type: string): Promise<number> => {
    const { victim, target } = nobody(attacker, type);
    return (await (PROBES[name] as Probe)(attacker, victim, target)).status;
  };
  return (name, type) => {
    const key = `${name} ${type}`;
    const status = known.get(key) ?? ask(name, type);
    known.set(key, status);
    return status;
  };
}

/**
 * Sends every probe from each house at each other one, for all that was planted or only for some types. Gives the number
 * sent, and those that found something or were answered unlike a question for nothing.
 */
export async function probeAll(
  houses: readonly House[],
  types?: ReadonlySet<string>,
): Promise<{ sent: number; leaks: string[] }> {
  const asked = (victim: House) => victim.planted.filter(({ type }) => types?.has(type) ?? true);
  const queue = houses.flatMap((attacker) =>
    houses
      .filter((victim) => victim !== attacker)
      .flatMap((victim) =>
        asked(victim).flatMap((target) =>
          Object.entries(PROBES).map(([name, probe]) => ({ attacker, victim, target, name, probe })),
        ),
      ),
  );
  const toNothing = answersToNothing(houses[0] as House);
  const leaks: string[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let entry = queue[next++]; entry !== undefined; entry = queue[next++]) {
      const { attacker, victim, target, name, probe } = entry;
      const answer = await probe(attacker, victim, target);
      if (isLeak(answer, victim, target) || answer.status !== (await toNothing(name, target.type))) {
        leaks.push(`${name}: ${target.type} ${answer.status} ${answer.text.slice(0, 200)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: 6 }, worker));
  return { sent: queue.length, leaks };
}

/** What a house still has of what was planted. */
export async function intact(server: TestServer, { clinic, planted }: House): Promise<number> {
  const system = server.house.systemRepository(clinic.tenant);
  const found = await Promise.all(
    planted.map(({ type, id }) =>
      system.readResource(type as 'Patient', id).then(
        ({ meta }) => meta?.versionId === '1',
        () => false,
      ),
    ),
  );
  return found.filter(Boolean).length;
}

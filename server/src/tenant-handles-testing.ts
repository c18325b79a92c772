/**
 * What a clinic makes that others may learn of: jobs and their files, signed links, page links, Subscriptions and the tokens
 * of their sockets, bots, lists, groups, launches. Each is used by another clinic, and by its own as a control.
 * @see security.md S51
 */
import type { Bot, Bundle, DocumentReference, Parameters, Resource } from '@medplum/fhirtypes';
import { expect } from 'vitest';
import type { House } from './cross-tenant-testing.ts';
import type { TestAnswer, TestServer } from './testing.ts';

/** Handles of a clinic by their names: paths below its FHIR base, or ids. */
export interface Handles {
  readonly status: string;
  readonly file: string;
  readonly link: string;
  readonly page: string;
  readonly subscription: string;
  readonly socketToken: string;
  readonly bot: string;
  readonly binary: string;
  readonly list: string;
  readonly group: string;
  readonly launch: string;
}

const below = (url: string | undefined): string => url?.split('/fhir/R4/')[1] ?? '';

/** Makes one handle of each kind in a clinic. */
export async function handlesOf(server: TestServer, { clinic, mark, patient }: House): Promise<Handles> {
  const system = server.house.systemRepository(clinic.tenant);
  const subject = { reference: `Patient/${patient}` };
  const made = async (resource: object, headers?: Record<string, string>): Promise<string> => {
    const { resourceType } = resource as Resource;
    const answer = await clinic.request<Resource>('POST', resourceType, resource, headers);
    expect(answer.status, answer.text).toBe(201);
    return answer.body.id as string;
  };
  const job = await clinic.request('GET', '$export?_type=Patient', undefined, { prefer: 'respond-async' });
  const status = below(job.headers.get('content-location') ?? '');
  const data = Buffer.from(mark).toString('base64');
  const binary = await made({ resourceType: 'Binary', contentType: 'text/plain', data, securityContext: subject });
  const attachment = { contentType: 'text/plain', url: `Binary/${binary}` };
  const document = await made({
    ...{ resourceType: 'DocumentReference', status: 'current', subject, content: [{ attachment }] },
  });
  const extended = { 'x-medplum': 'extended' };
  const shown = await clinic.request<DocumentReference>('GET', `DocumentReference/${document}`, undefined, extended);
  const channel = { type: 'websocket', payload: 'application/fhir+json' };
  const criteria = 'Patient?name=nobody';
  const subscription = await made({ resourceType: 'Subscription', status: 'active', reason: 'x', criteria, channel });
  const token = await clinic.request<Parameters>('GET', `Subscription/${subscription}/$get-ws-binding-token`);
  const first = await clinic.request<Bundle>('GET', `?_type=Observation,Condition&_tag=urn:mark|${mark}&_count=1`);
  const bot = await system.createResource<Bot>({ resourceType: 'Bot', name: mark });
  const entry = [{ item: subject }];
  const list = await made({ resourceType: 'List', status: 'current', mode: 'working', entry });
  const member = [{ entity: subject }];
  const group = await made({ resourceType: 'Group', type: 'person', actual: true, member });
  const launch = await made({ resourceType: 'SmartAppLaunch', patient: subject });
  const poll = () => clinic.request<{ output: { url: string }[] }>('GET', status);
  await expect.poll(async () => (await poll()).status, { timeout: 30_000, interval: 1100 }).toBe(200);
  return {
    status,
    file: below((await poll()).body.output[0]?.url),
    link: shown.body.content[0]?.attachment.url ?? '',
    page: below(first.body.link?.find(({ relation }) => relation === 'next')?.url),
    subscription,
    socketToken: token.body.parameter?.find(({ name }) => name === 'token')?.valueString ?? '',
    bot: bot.id,
    binary,
    list,
    group,
    launch,
  };
}

type HandleProbe = (by: House, of: House, handles: Handles) => Promise<TestAnswer<unknown>>;
const get: (path: (handles: Handles, of: House) => string) => HandleProbe = (path) => (by, of, handles) =>
  by.clinic.request('GET', path(handles, of));

/** Ways to use what another clinic made. */
export const HANDLE_PROBES: Readonly<Record<string, HandleProbe>> = {
  'status of a job': get(({ status }) => status),
  'file of an export': get(({ file }) => file),
  'signed link with own credentials': async ({ clinic }, _of, { link }) => {
    const { clientId, clientSecret } = clinic;
    const authorization = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
    const response = await fetch(link, { headers: { authorization } });
    return { status: response.status, headers: response.headers, body: undefined, text: await response.text() };
  },
  'next page': get(({ page }) => page),
  'a Subscription': get(({ subscription }) => `Subscription/${subscription}`),
  'state of a Subscription': get(({ subscription }) => `Subscription/${subscription}/$status`),
  'events of a Subscription': get(({ subscription }) => `Subscription/${subscription}/$events`),
  'token of a socket': get(({ subscription }) => `Subscription/${subscription}/$get-ws-binding-token`),
  'a Bot': get(({ bot }) => `Bot/${bot}`),
  'run of a Bot': ({ clinic }, _of, { bot }) =>
    clinic.request('POST', `Bot/${bot}/$execute`, { resourceType: 'Basic' }),
  'a Binary': get(({ binary }) => `Binary/${binary}`),
  'a list': get(({ list }) => `List/${list}`),
  'patients of a list': get(({ list }) => `Patient?_list=${list}`),
  'export of a Group': ({ clinic }, _of, { group }) =>
    clinic.request('GET', `Group/${group}/$export`, undefined, { prefer: 'respond-async' }),
  'a launch': get(({ launch }) => `SmartAppLaunch/${launch}`),
  'whole chart': get((_handles, { patient }) => `Patient/${patient}/$everything`),
  'summary of a chart': get((_handles, { patient }) => `Patient/${patient}/$summary`),
  'documents of a patient': get((_handles, { patient }) => `DocumentReference/$docref?patient=${patient}`),
  'last observations': get((_handles, { patient }) => `Observation/$lastn?patient=Patient/${patient}&category=x`),
  'table of a type': get((_handles, { mark }) => `Patient/$csv?_fields=id,name.family&_tag=urn:mark|${mark}`),
  disclosures: get((_handles, { patient }) => `Patient/${patient}/$disclosures`),
  'in the name of another': ({ clinic }, of) =>
    clinic.request('GET', `Patient/${of.patient}`, undefined, {
      'x-medplum-on-behalf-of': `ClientApplication/${of.clinic.clientId}`,
    }),
  'GraphQL of a chart': ({ clinic }, { patient, mark }) =>
    clinic.request('POST', '$graphql', {
      query: `{ Patient(id: "${patient}") { id ObservationList(_reference: subject) { id } } PatientList(name: "${mark}") { id } }`,
    }),
};

/** Those that answer a stranger with what he has himself: nothing. */
const OPEN: ReadonlySet<string> = new Set([
  ...['next page', 'patients of a list', 'documents of a patient', 'last observations', 'table of a type'],
  ...['GraphQL of a chart', 'in the name of another', 'disclosures'],
]);

/** What an answer shows besides what the question said itself. */
function shownIn({ body, text }: TestAnswer<unknown>): string {
  const bundle = body as Bundle | undefined;
  return bundle?.resourceType === 'Bundle'
    ? JSON.stringify([bundle.entry?.map(({ resource }) => resource), bundle.total ?? 0])
    : text;
}

/** Tries every handle of each clinic from each other one; gives what was found, and what its own clinic did not get. */
export async function probeHandles(
  houses: readonly House[],
  handles: ReadonlyMap<House, Handles>,
): Promise<{ sent: number; leaks: string[]; dead: string[] }> {
  const [leaks, dead]: [string[], string[]] = [[], []];
  let sent = 0;
  for (const of of houses) {
    const secrets = [of.mark, of.patient, of.clinic.clientId, ...of.planted.map(({ id }) => id)];
    for (const [name, probe] of Object.entries(HANDLE_PROBES)) {
      for (const by of houses) {
        const answer = await probe(by, of, handles.get(of) as Handles);
        const { status } = answer;
        const isRefused = status === 403 || status === 404;
        const isTold = !(isRefused || OPEN.has(name)) || secrets.some((secret) => shownIn(answer).includes(secret));
        const isDead = status >= 500 || isRefused;
        sent += 1;
        if (by === of ? isDead : isTold) {
          (by === of ? dead : leaks).push(`${name}: ${status} ${answer.text.slice(0, 200)}`);
        }
      }
    }
  }
  return { sent, leaks, dead };
}

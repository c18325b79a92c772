import { BASE, type BadRequest, JSON_HEADERS } from './bad-request.ts';
import { NASTY, type Random } from './random.ts';

const PATIENT = { resourceType: 'Patient', name: [{ family: 'Fuzz' }] };

function post(kind: string, bundle: unknown, refused: boolean): BadRequest {
  return { kind, method: 'POST', path: BASE, headers: JSON_HEADERS, body: JSON.stringify(bundle), refused };
}

function transaction(entry: unknown): unknown {
  return { resourceType: 'Bundle', type: 'transaction', entry };
}

const create = (resource: unknown, extra: object = {}): unknown => ({
  resource,
  request: { method: 'POST', url: 'Patient' },
  ...extra,
});

function selfContaining(depth: number): unknown {
  let bundle: unknown = transaction([create(PATIENT)]);
  for (let level = 0; level < depth; level++) {
    bundle = transaction([{ resource: bundle, request: { method: 'POST', url: '' } }]);
  }
  return bundle;
}

/** Whole Bundles that must be refused: one good entry stands beside the bad one, and nothing of it may stay. */
function refusedTransactions(): unknown[] {
  const bad = [
    null,
    5,
    'x',
    [],
    {},
    { resource: PATIENT },
    { request: { method: 'POST', url: 'Patient' } },
    { resource: PATIENT, request: { method: 'post', url: 'Patient' } },
    { resource: PATIENT, request: { method: 'TRACE', url: 'Patient' } },
    { resource: PATIENT, request: { method: 'POST', url: 'Observation' } },
    { resource: PATIENT, request: { method: 'POST', url: 5 } },
    { resource: PATIENT, request: { method: 'POST' } },
    { resource: { ...PATIENT, gender: 'bogus' }, request: { method: 'POST', url: 'Patient' } },
    { resource: { ...PATIENT, link: [{ other: { reference: 'urn:uuid:nobody' }, type: 'seealso' }] }, request: 5 },
    { resource: PATIENT, request: { method: 'PUT', url: 'Patient' } },
    { resource: PATIENT, request: { method: 'PUT', url: 'Patient/a/b/c' } },
    { resource: PATIENT, request: { method: 'PUT', url: 'Patient?nonsense=1' } },
    { request: { method: 'DELETE', url: 'Patient?nonsense=1' } },
    { request: { method: 'PATCH', url: 'Patient/x' }, resource: PATIENT },
    { request: { method: 'GET', url: 'Patient?nonsense=1' } },
    { request: { method: 'GET', url: '%zz' } },
    { resource: PATIENT, request: { method: 'POST', url: 'Patient', ifNoneExist: 'nonsense=1' } },
    { resource: PATIENT, request: { method: 'POST', url: 'Patient', ifMatch: 5, ifNoneExist: {} } },
  ];
  const twin = { fullUrl: 'urn:uuid:11111111-1111-4111-8111-111111111111' };
  return [
    ...bad.map((entry) => transaction([create(PATIENT), entry])),
    transaction([create(PATIENT, twin), create(PATIENT, twin)]),
    transaction('x'),
    transaction({}),
    transaction([[]]),
    { resourceType: 'Bundle' },
    { resourceType: 'Bundle', type: 5, entry: [] },
    { resourceType: 'Bundle', type: 'history', entry: [create(PATIENT)] },
    { resourceType: 'Bundle', type: 'collection', entry: [create(PATIENT)] },
    ...[1, 5, 20].map(selfContaining),
  ];
}

/** Bundles that are wrong as a whole, and batches whose entries are each answered by themselves. */
export function badBundles(random: Random, count: number): BadRequest[] {
  const entry = (): unknown => ({
    request: { method: random.pick(['GET', 'DELETE', 'PATCH', 'PUT']), url: random.pick(NASTY) },
  });
  const batches = Array.from({ length: count }, () => ({
    resourceType: 'Bundle',
    type: 'batch',
    entry: Array.from({ length: 1 + random.int(4) }, entry),
  }));
  const many = transaction(Array.from({ length: 10_001 }, () => ({ request: { method: 'GET', url: 'Patient' } })));
  return [
    ...refusedTransactions().map((bundle) => post('bad transaction', bundle, true)),
    post('too many entries', many, true),
    ...batches.map((bundle) => post('batch of nonsense', bundle, false)),
  ];
}

import type { Binary } from '@medplum/fhirtypes';
import { patientsOf } from '../../audit/index.ts';
import { gone, invalid, type StoredResource } from '../../fhir/index.ts';
import { parseStored } from '../../repository/index.ts';
import { binaryAnswer } from '../binary-bytes.ts';
import { binaryData } from '../binary-data.ts';
import { type Exchange, type Interaction, locationOf, versionHeaders } from '../exchange.ts';
import { type FhirAnswer, header } from '../fhir-request.ts';
import { isJson } from '../receive.ts';
import { read, vread } from './read.ts';
import { create, update } from './write.ts';

/** Does the caller want the resource rather than its bytes? */
function wantsResource({ headers, query }: Exchange['request']): boolean {
  const wanted = query.get('_format') || header(headers, 'accept');
  return wanted !== undefined && /(?:^|[\s,+/])json\b/.test(wanted);
}

/** The bytes of one version, with its access recorded. */
async function bytesOf(exchange: Exchange, interaction: 'read' | 'vread', stored: StoredResource): Promise<FhirAnswer> {
  if (stored.deleted) {
    throw gone();
  }
  await exchange.services.audit.record(exchange.context, {
    interaction,
    type: 'Binary',
    id: stored.id,
    version: stored.version,
    outcome: '0',
    entries: 1,
    patients: patientsOf([{ ...stored, json: binaryData(stored.json).rest }]),
  });
  const { id, version } = stored;
  return binaryAnswer(stored, exchange.request.headers, () =>
    exchange.repository.readStoredVersion('Binary', id, String(version)),
  );
}

/** GET Binary/[id]: the bytes or a range of them, unless FHIR JSON is asked for. @see https://hl7.org/fhir/R4/binary.html#rest */
export const readBinary: Interaction = async (exchange) =>
  wantsResource(exchange.request)
    ? read(exchange)
    : bytesOf(exchange, 'read', await exchange.repository.readStored('Binary', exchange.params.id as string));

/** GET Binary/[id]/_history/[vid]: as {@link readBinary}, of one version. */
export const vreadBinary: Interaction = async (exchange) => {
  const { id, version } = exchange.params as { id: string; version: string };
  return wantsResource(exchange.request)
    ? vread(exchange)
    : bytesOf(exchange, 'vread', await exchange.repository.readStoredVersion('Binary', id, version));
};

function rawBinary(exchange: Parameters<Interaction>[0]): Binary | undefined {
  const { body, contentType, headers } = exchange.request;
  const isResource = isJson(contentType) && (body as Binary | undefined)?.resourceType === 'Binary';
  if (isResource) {
    return undefined;
  }
  if (body === undefined) {
    throw invalid('binary-empty', 'A Binary needs a body');
  }
  const bytes = body instanceof Uint8Array ? Buffer.from(body) : Buffer.from(JSON.stringify(body));
  const context = header(headers, 'x-security-context');
  return {
    resourceType: 'Binary',
    contentType: contentType ?? 'application/octet-stream',
    ...(context && { securityContext: { reference: context } }),
    data: bytes.toString('base64'),
  };
}

/** POST Binary with raw bytes, or with a Binary resource. The answer to raw bytes carries `url`, as Medplum's client expects. */
export const createBinary: Interaction = async (exchange) => {
  const binary = rawBinary(exchange);
  if (!binary) {
    return create(exchange);
  }
  const stored = await exchange.repository.create('Binary', binary);
  const { data: _, ...resource } = parseStored<Binary>(stored);
  return {
    status: 201,
    headers: { ...versionHeaders(stored), Location: locationOf(exchange, stored) },
    body: JSON.stringify({ ...resource, url: `${exchange.services.fhirUrl}Binary/${stored.id}` }),
  };
};

/** PUT Binary/[id] with raw bytes, or with a Binary resource. */
export const updateBinary: Interaction = (exchange) => {
  const binary = rawBinary(exchange);
  if (!binary) {
    return update(exchange);
  }
  const body = { ...binary, id: exchange.params.id };
  return update({ ...exchange, request: { ...exchange.request, body } });
};

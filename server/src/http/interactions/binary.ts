import type { Binary } from '@medplum/fhirtypes';
import { patientsOf } from '../../audit/index.ts';
import { invalid } from '../../fhir/index.ts';
import { parseStored } from '../../repository/index.ts';
import { binaryAnswer } from '../binary-bytes.ts';
import { type Interaction, locationOf, versionHeaders } from '../exchange.ts';
import { header } from '../fhir-request.ts';
import { isJson } from '../receive.ts';
import { read } from './read.ts';
import { create, update } from './write.ts';

/** Does the caller want the resource rather than its bytes? */
function wantsResource(accept: string | undefined): boolean {
  return accept !== undefined && /application\/(?:fhir\+)?json/.test(accept);
}

/** GET Binary/[id]: the bytes or a range of them, unless FHIR JSON is asked for. @see https://hl7.org/fhir/R4/binary.html#rest */
export const readBinary: Interaction = async (exchange) => {
  if (wantsResource(header(exchange.request.headers, 'accept'))) {
    return read(exchange);
  }
  const stored = await exchange.repository.readStored('Binary', exchange.params.id as string);
  await exchange.services.audit.record(exchange.context, {
    interaction: 'read',
    type: 'Binary',
    id: stored.id,
    version: stored.version,
    outcome: '0',
    entries: 1,
    patients: patientsOf([stored]),
  });
  return binaryAnswer(stored, parseStored<Binary>(stored), exchange.request.headers);
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

import { hiddenFields } from '../../access/index.ts';
import { patientsOf } from '../../audit/index.ts';
import { gone, type StoredResource } from '../../fhir/index.ts';
import { type Exchange, type Interaction, presentation, versionHeaders } from '../exchange.ts';
import { type FhirAnswer, header } from '../fhir-request.ts';
import { instantOf } from '../instant.ts';
import { presented } from '../present.ts';
import { shapeOf } from '../shape.ts';

/** Is the version that the caller has still the current one? @see https://hl7.org/fhir/R4/http.html#cread */
function notModified(exchange: Exchange, stored: StoredResource): boolean {
  const match = header(exchange.request.headers, 'if-none-match');
  if (match !== undefined) {
    const tags = match.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
    return tags.includes(`"${stored.version}"`) || tags.includes('*');
  }
  const since = Date.parse(header(exchange.request.headers, 'if-modified-since') ?? '');
  return Number.isFinite(since) && Math.floor(stored.lastUpdated.getTime() / 1000) * 1000 <= since;
}

async function answer(
  exchange: Exchange,
  interaction: 'read' | 'vread',
  load: () => Promise<StoredResource>,
): Promise<FhirAnswer> {
  const present = async () => {
    const stored = await load();
    if (stored.deleted) {
      throw gone();
    }
    return stored;
  };
  const stored = await exchange.services.audit.access(exchange.context, present, (version) => ({
    interaction,
    type: version.type,
    id: version.id,
    version: version.version,
    outcome: '0',
    entries: 1,
    patients: patientsOf([version]),
  }));
  if (notModified(exchange, stored)) {
    return { status: 304, headers: versionHeaders(stored) };
  }
  const view = presentation(exchange, (type) => hiddenFields(exchange.grant, type));
  const text = presented(stored, { ...view, ...shapeOf(exchange.request.query) });
  return { status: 200, headers: versionHeaders(stored), body: text };
}

/** GET [type]/[id], with `_asOf` as it stood at that instant. @see https://hl7.org/fhir/R4/http.html#read */
export const read: Interaction = async (exchange) => {
  const { resourceType, id } = exchange.params as { resourceType: string; id: string };
  const asOf = instantOf(exchange.request.query, '_asOf');
  return answer(exchange, 'read', () =>
    asOf
      ? exchange.repository.readStoredAsOf(resourceType, id, asOf)
      : exchange.repository.readStored(resourceType, id),
  );
};

/** GET [type]/[id]/_history/[vid]. @see https://hl7.org/fhir/R4/http.html#vread */
export const vread: Interaction = async (exchange) => {
  const { resourceType, id, version } = exchange.params as { resourceType: string; id: string; version: string };
  return answer(exchange, 'vread', () => exchange.repository.readStoredVersion(resourceType, id, version));
};

import { decide, hiddenFields } from '../../access/index.ts';
import { invalid, notFound, outcomeOf, type StoredResource } from '../../fhir/index.ts';
import { etagVersion, type UpdateResult } from '../../repository/index.ts';
import { type Exchange, type Interaction, locationOf, presentation, versionHeaders } from '../exchange.ts';
import { type FhirAnswer, header, preferences } from '../fhir-request.ts';
import { presented } from '../present.ts';
import { withFindings } from './write-findings.ts';

/** The answer to a write, with or without the resource, as Prefer asks. */
export function written(exchange: Exchange, stored: StoredResource, status: 200 | 201): FhirAnswer {
  const headers: Record<string, string> = { ...versionHeaders(stored) };
  if (status === 201) {
    headers.Location = locationOf(exchange, stored);
  } else {
    headers['Content-Location'] = locationOf(exchange, stored);
  }
  switch (preferences(exchange.request.headers).return) {
    case 'minimal':
      return { status, headers };
    case 'OperationOutcome': {
      const text = status === 201 ? 'Created' : 'Updated';
      return {
        status,
        headers,
        body: JSON.stringify(outcomeOf([{ severity: 'information', code: 'informational', text }])),
      };
    }
    default: {
      const view = presentation(exchange, (type) => hiddenFields(exchange.grant, type));
      return { status, headers, body: presented(stored, view) };
    }
  }
}

/** The answer to a patch. What it leaves is shown to whom may read it: a right to write shows nothing. */
export async function patched(
  exchange: Exchange,
  stored: StoredResource,
  status: 200 | 201 = 200,
): Promise<FhirAnswer> {
  const isShown = decide(exchange.grant, stored.type, 'read') === 'all' || (await exchange.repository.canSee(stored));
  return isShown ? written(exchange, stored, status) : { status, headers: versionHeaders(stored) };
}

const afterWrite = (exchange: Exchange, stored: StoredResource, status: 200 | 201): Promise<FhirAnswer> =>
  withFindings(exchange, stored, written(exchange, stored, status));

const afterUpdate = (exchange: Exchange, result: UpdateResult): Promise<FhirAnswer> =>
  afterWrite(exchange, result.stored, result.outcome === 'created' ? 201 : 200);

const ifMatch = (exchange: Exchange): { ifMatch?: string } => ({
  ifMatch: etagVersion(header(exchange.request.headers, 'if-match')),
});

/** The criteria in the URL of a conditional interaction. @throws FhirError 400 when there are none. */
function criteria(exchange: Exchange): string {
  const text = exchange.request.query.toString();
  if (text === '') {
    throw invalid('criteria-empty', `${exchange.request.method} without an id needs search criteria`);
  }
  return text;
}

/** POST [type], conditional with If-None-Exist. @see https://hl7.org/fhir/R4/http.html#create */
export const create: Interaction = async (exchange) => {
  const { resourceType } = exchange.params as { resourceType: string };
  const condition = header(exchange.request.headers, 'if-none-exist');
  if (condition !== undefined) {
    const query = condition.replace(/^[^?]*\?/, '');
    return afterUpdate(exchange, await exchange.repository.createIfNone(resourceType, exchange.request.body, query));
  }
  return afterWrite(exchange, await exchange.repository.create(resourceType, exchange.request.body), 201);
};

/** PUT [type]/[id]. @see https://hl7.org/fhir/R4/http.html#update */
export const update: Interaction = async (exchange) => {
  const { resourceType, id } = exchange.params as { resourceType: string; id: string };
  return afterUpdate(
    exchange,
    await exchange.repository.update(resourceType, id, exchange.request.body, {
      ...ifMatch(exchange),
      ifNoneMatch: header(exchange.request.headers, 'if-none-match'),
    }),
  );
};

/** PUT [type]?[criteria]. @see https://hl7.org/fhir/R4/http.html#cond-update */
export const conditionalUpdate: Interaction = async (exchange) => {
  const { resourceType } = exchange.params as { resourceType: string };
  const { body } = exchange.request;
  return afterUpdate(
    exchange,
    await exchange.repository.updateMatch(resourceType, body, criteria(exchange), ifMatch(exchange)),
  );
};

/** PATCH [type]/[id], JSON Patch or FHIRPath Patch. @see https://hl7.org/fhir/R4/http.html#patch */
export const patch: Interaction = async (exchange) => {
  const { resourceType, id } = exchange.params as { resourceType: string; id: string };
  const { stored } = await exchange.repository.patch(resourceType, id, exchange.request.body, ifMatch(exchange));
  return withFindings(exchange, stored, await patched(exchange, stored));
};

/** PATCH [type]?[criteria]. @see https://hl7.org/fhir/R4/http.html#patch */
export const conditionalPatch: Interaction = async (exchange) => {
  const { resourceType } = exchange.params as { resourceType: string };
  const { body } = exchange.request;
  const result = await exchange.repository.patchMatch(resourceType, body, criteria(exchange), ifMatch(exchange));
  if (!result) {
    throw notFound();
  }
  return withFindings(exchange, result.stored, await patched(exchange, result.stored));
};

const DELETED: FhirAnswer['body'] = JSON.stringify({
  ...outcomeOf([{ severity: 'information', code: 'informational', text: 'Deleted' }]),
  id: 'ok',
});

const NONE_MATCHED: FhirAnswer['body'] = JSON.stringify({
  ...outcomeOf([{ severity: 'information', code: 'informational', text: 'Nothing matches, so nothing was deleted' }]),
  id: 'ok',
});

/** DELETE [type]/[id]. @see https://hl7.org/fhir/R4/http.html#delete */
export const remove: Interaction = async (exchange) => {
  const { resourceType, id } = exchange.params as { resourceType: string; id: string };
  const stored = await exchange.repository.remove(resourceType, id, ifMatch(exchange));
  return { status: 200, headers: { ETag: `W/"${stored.version}"` }, body: DELETED };
};

/** DELETE [type]?[criteria]. @see https://hl7.org/fhir/R4/http.html#3.1.0.7.1 */
export const conditionalDelete: Interaction = async (exchange) => {
  const { resourceType } = exchange.params as { resourceType: string };
  const stored = await exchange.repository.removeMatch(resourceType, criteria(exchange));
  return stored
    ? { status: 200, headers: { ETag: `W/"${stored.version}"` }, body: DELETED }
    : { status: 200, body: NONE_MATCHED };
};

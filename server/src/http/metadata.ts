import { invalid } from '../fhir/index.ts';
import type { FhirServices } from './exchange.ts';
import type { FhirAnswer } from './fhir-request.ts';

/** Tenant of the definitions that everybody shares. */
const SHARED = 1;

/**
 * What this server can do: the CapabilityStatement (`mode=full`, `normative`) or the TerminologyCapabilities, with what is
 * a tenant's own when one asks.
 * @throws FhirError 400 for another mode.
 * @see https://hl7.org/fhir/R4/http.html#capabilities
 */
export async function metadataAnswer(
  services: FhirServices,
  query: URLSearchParams,
  tenant?: number,
): Promise<FhirAnswer> {
  const mode = query.get('mode') ?? 'full';
  if (mode !== 'full' && mode !== 'normative' && mode !== 'terminology') {
    throw invalid('metadata-mode', "Parameter 'mode' needs one of full, normative, terminology", 'mode');
  }
  const body =
    mode === 'terminology' ? await services.terminologyCapabilities(tenant ?? SHARED) : services.capabilities(tenant);
  return { status: 200, body };
}

import type { ServedSearchParameter } from './capabilities.ts';
import { AUDIT_PARAMETERS } from './interactions/audit-event.ts';

/** Types of the parameters that every resource has. @see https://hl7.org/fhir/R4/search.html#all */
const COMMON: Readonly<Record<string, string>> = {
  _id: 'token',
  _lastUpdated: 'date',
  _text: 'string',
  _content: 'string',
};
/** The other parameters of no ordinary type that are understood. */
const SPECIAL = new Set([...Object.keys(COMMON), 'near']);
const FILTER = { code: '_filter', type: 'special', url: 'http://hl7.org/fhir/SearchParameter/filter' };

/** The parameters that a search of the type takes: of those registered, with what is common to all types. */
export function servedParameters(
  type: string,
  registered: readonly ServedSearchParameter[],
): readonly ServedSearchParameter[] {
  const known = registered
    .filter(({ code, type: kind }) => code !== '_query' && (kind !== 'special' || SPECIAL.has(code)))
    .map((parameter) => ({ ...parameter, type: COMMON[parameter.code] ?? parameter.type }));
  return type === 'AuditEvent' ? known.filter(({ code }) => AUDIT_PARAMETERS.has(code)) : [...known, FILTER];
}

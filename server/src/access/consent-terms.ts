import type { Consent } from '@medplum/fhirtypes';

const RESOURCE_TYPES = 'http://hl7.org/fhir/resource-types';

/** A date without a time lasts until its end. */
function isOver(end: string, now: Date): boolean {
  const last = Date.parse(end) + (/^\d{4}-\d\d-\d\d$/.test(end) ? 86_400_000 : 0);
  return last <= now.getTime();
}

/** Is the consent active, and is it its time? */
export function isInForce({ status, provision }: Consent, now: Date): boolean {
  const { start, end } = provision?.period ?? {};
  const hasBegun = start === undefined || Date.parse(start) <= now.getTime();
  return status === 'active' && hasBegun && (end === undefined || !isOver(end, now));
}

/** Id of the patient whose consent it is. */
export function patientOfConsent({ patient }: Consent): string | undefined {
  const reference = patient?.reference ?? '';
  return reference.startsWith('Patient/') ? reference.slice('Patient/'.length) : undefined;
}

/** The resource types to which the consent is limited; undefined when it speaks of all. */
export function resourceTypesOf({ provision }: Consent): ReadonlySet<string> | undefined {
  const types = (provision?.class ?? []).flatMap(({ system, code }) =>
    system === RESOURCE_TYPES && code ? [code] : [],
  );
  return types.length > 0 ? new Set(types) : undefined;
}

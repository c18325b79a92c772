import { Operator, type WithId } from '@medplum/core';
import type { Consent, Period } from '@medplum/fhirtypes';
import { codeSystemUrl, consentCoding } from '@mindbridge/fhir-profiles';
import { forbidden } from '../../fhir/index.ts';
import type { Repository } from '../../repository/index.ts';

/** The visit that is to be recorded. */
export interface RecordedVisit {
  /** Literal references. */
  readonly patient: string;
  readonly encounter: string;
  readonly now: Date;
  /** Only this Consent will do. */
  readonly consent?: string;
}

function covers(period: Period | undefined, now: Date): boolean {
  const [start, end] = [period?.start, period?.end].map((each) => (each === undefined ? undefined : new Date(each)));
  const lastMoment = end && /^\d{4}-\d\d-\d\d$/.test(period?.end ?? '') ? new Date(end.getTime() + 86_400_000) : end;
  return (start === undefined || start <= now) && (lastMoment === undefined || now < lastMoment);
}

/** Does a consent permit that a visit is recorded and written down, at this moment? */
export function permitsRecording(consent: Consent, { patient, encounter, now }: RecordedVisit): boolean {
  const { provision } = consent;
  const isOfKind = consent.category.some(({ coding }) =>
    coding?.some(({ system, code }) => system === codeSystemUrl.consent && code === consentCoding.visitRecording.code),
  );
  const only = (provision?.data ?? []).map(({ reference }) => reference.reference);
  return (
    consent.status === 'active' &&
    consent.patient?.reference === patient &&
    isOfKind &&
    provision?.type === 'permit' &&
    covers(provision.period, now) &&
    (only.length === 0 || only.includes(encounter))
  );
}

/**
 * The consent under which a visit may be recorded.
 * @throws FhirError 403 when there is none.
 */
export async function assertConsent(repository: Repository, visit: RecordedVisit): Promise<WithId<Consent>> {
  const filters = [
    { code: 'patient', operator: Operator.EQUALS, value: visit.patient },
    { code: 'status', operator: Operator.EQUALS, value: 'active' },
  ];
  const active = await repository.searchResources<Consent>({ resourceType: 'Consent', filters, count: 1000 });
  const found = active.find(
    (consent) =>
      permitsRecording(consent, visit) && (visit.consent === undefined || visit.consent === `Consent/${consent.id}`),
  );
  if (!found) {
    throw forbidden('transcript-consent', 'The patient has no active consent to recording and transcription');
  }
  return found;
}

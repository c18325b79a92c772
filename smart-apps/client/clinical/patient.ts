import type { HumanName, Patient } from '@medplum/fhirtypes';
import { identifierSystem } from '@mindbridge/fhir-profiles';

/** What the screens show of a patient; everything but the id may be missing or hidden. */
export interface PatientCard {
  readonly id: string;
  readonly name: string;
  /** `P004`, or undefined. */
  readonly number?: string;
  readonly birthDate?: string;
  readonly gender?: string;
  readonly phone?: string;
  readonly email?: string;
  /** Ids of the Practitioners among the accounts: the case managers. */
  readonly caseManagers: readonly string[];
}

/** Family name first, as charts are filed: "Davis Robert"; "Unnamed patient" when there is none. */
export function displayName(names: readonly HumanName[] | undefined): string {
  const name = names?.find((candidate) => candidate.use === 'official') ?? names?.[0];
  const parts = [name?.family, ...(name?.given ?? [])].filter((part): part is string => Boolean(part?.trim()));
  return parts.join(' ') || name?.text?.trim() || 'Unnamed patient';
}

/** Given names and family name, as one speaks to a person: "Maria Lopez". */
export function spokenName(names: readonly HumanName[] | undefined): string {
  const name = names?.find((candidate) => candidate.use === 'official') ?? names?.[0];
  const parts = [...(name?.given ?? []), name?.family].filter((part): part is string => Boolean(part?.trim()));
  return parts.join(' ') || name?.text?.trim() || '';
}

/** The id in a reference such as `Practitioner/1` or a full URL, when it is of that type. */
export function referencedId(reference: string | undefined, resourceType: string): string | undefined {
  const [type, id] = (reference ?? '').split('/_history/')[0]?.split('/').slice(-2) ?? [];
  return type === resourceType && id ? id : undefined;
}

/** Everything the screens show of a Patient. Total: works on `{resourceType: 'Patient'}`. */
export function patientCard(patient: Patient): PatientCard {
  const telecom = patient.telecom ?? [];
  const accounts = [...(patient.meta?.accounts ?? []), ...(patient.meta?.account ? [patient.meta.account] : [])];
  const managers = accounts.map((account) => referencedId(account.reference, 'Practitioner'));
  return {
    id: patient.id ?? '',
    name: displayName(patient.name),
    number: patient.identifier?.find((identifier) => identifier.system === identifierSystem.patientNumber)?.value,
    birthDate: patient.birthDate,
    gender: patient.gender,
    phone: telecom.find((point) => (point.system === 'phone' || point.system === 'sms') && point.value)?.value,
    email: telecom.find((point) => point.system === 'email' && point.value)?.value,
    caseManagers: [...new Set(managers.filter((id): id is string => id !== undefined))],
  };
}

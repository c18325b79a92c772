import type { BundleEntry, Practitioner } from '@medplum/fhirtypes';
import { seedEntry, seedIdentifier } from './seed-entry.ts';

/** Names of the roles of the role matrix that a person signs in with. */
export type RoleName =
  | 'physician'
  | 'nurse'
  | 'front-desk'
  | 'billing'
  | 'admin'
  | 'compliance'
  | 'case-manager'
  | 'supervisor'
  | 'patient'
  | 'proxy';

/** A person who signs in. */
export interface Person {
  readonly given: string;
  readonly family: string;
  readonly role: RoleName;
  /** Name of the patient's entry, for the roles `patient` and `proxy`. */
  readonly patientNumber?: string;
}

/** A clinic of the demo: who works there, and under what names it is found again. */
export interface Clinic {
  readonly name: string;
  /** Short name in keys, addresses and passwords. */
  readonly key: string;
  readonly timeZone: string;
  readonly town: string;
  readonly phone: string;
  readonly people: readonly Person[];
}

function person(role: RoleName, given: string, family: string, patientNumber?: string): Person {
  return { role, given, family, ...(patientNumber && { patientNumber }) };
}

/** The demo is looked at where it runs: its days begin and end as they do on this machine. */
const hereTimeZone = new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The demo clinic, with bots and 200 patients. Case managers in the order of the panels. */
export const oakwood: Clinic = {
  name: 'Oakwood Behavioral Health',
  key: 'oakwood',
  timeZone: hereTimeZone,
  town: 'Oakwood',
  phone: '(937) 555-0190',
  people: [
    person('case-manager', 'Maria', 'Lopez'),
    person('case-manager', 'Andre', 'Thompson'),
    person('case-manager', 'Priya', 'Nair'),
    person('supervisor', 'Diane', 'Foster'),
    person('physician', 'Amara', 'Okafor'),
    person('physician', 'James', 'Whitfield'),
    person('nurse', 'Grace', 'Kim'),
    person('front-desk', 'Tomas', 'Rivera'),
    person('billing', 'Helen', 'Brandt'),
    person('admin', 'Samuel', 'Ortiz'),
    person('admin', 'Nadia', 'Haddad'),
    person('compliance', 'Ruth', 'Keller'),
    person('patient', 'Ronald', 'Diaz', 'P001'),
    person('proxy', 'Claire', 'Brooks', 'P002'),
  ],
};

/** A second tenant without bots, for load and isolation tests. */
export const riverside: Clinic = {
  name: 'Riverside Family Clinic',
  key: 'riverside',
  timeZone: 'America/Chicago',
  town: 'Riverside',
  phone: '(309) 555-0190',
  people: [
    person('case-manager', 'Nora', 'Bell'),
    person('supervisor', 'Victor', 'Lang'),
    person('physician', 'Elena', 'Petrov'),
    person('nurse', 'Marcus', 'Dean'),
    person('front-desk', 'Julia', 'Stone'),
    person('billing', 'Peter', 'Vance'),
    person('admin', 'Wendy', 'Chu'),
    person('patient', 'Alan', 'Marsh', 'R001'),
    person('proxy', 'Beth', 'Marsh', 'R001'),
  ],
};

/** Key of a person's own resource within their clinic. */
export function personKey(clinic: Clinic, { given, family }: Person): string {
  return `${clinic.key}-${given}-${family}`.toLowerCase();
}

/** Sign-in address, under a domain that nobody can own. @see https://www.rfc-editor.org/rfc/rfc2606 */
export function emailOf(clinic: Clinic, { given, family }: Person): string {
  return `${given}.${family}@${clinic.key}.example`.toLowerCase();
}

/** Password of a demo user: long enough, readable, and worth nothing outside the demo. */
export function demoPassword(clinic: Clinic, { given }: Person): string {
  const capital = clinic.key.charAt(0).toUpperCase() + clinic.key.slice(1);
  return `${given}-at-${capital}-demo-2026`;
}

/** The people who are Practitioners: all but patients and their proxies. */
export function practitionersOf(clinic: Clinic): Person[] {
  return clinic.people.filter(({ role }) => role !== 'patient' && role !== 'proxy');
}

function practitioner(clinic: Clinic, member: Person): Practitioner {
  return {
    resourceType: 'Practitioner',
    identifier: [seedIdentifier(personKey(clinic, member))],
    active: true,
    name: [{ family: member.family, given: [member.given], ...(member.role === 'physician' && { prefix: ['Dr.'] }) }],
    telecom: [{ system: 'email', value: emailOf(clinic, member), use: 'work' }],
  };
}

/** One Practitioner entry for each member of the staff. */
export function practitionerEntries(clinic: Clinic): BundleEntry[] {
  return practitionersOf(clinic).map((member) => seedEntry(practitioner(clinic, member)));
}

import type { ClinicReferences } from '../clinic/chart-context.ts';
import { clinicEntries, clinicIdentifiers } from '../clinic/clinic-resources.ts';
import { seedIdentifier } from '../clinic/seed-entry.ts';
import { type Clinic, type Person, personKey, practitionersOf } from '../clinic/staff.ts';
import { transaction } from './fhir-client.ts';
import type { Api } from './http-api.ts';

/** A clinic's own resources as stored. */
export interface LoadedClinic {
  readonly references: ClinicReferences;
  /** Reference of a member of the staff. */
  practitioner(person: Person): string;
}

/** Loads organizations, locations and staff, and gives the references under which they are stored. */
export async function loadClinic(api: Api, clinic: Clinic): Promise<LoadedClinic> {
  const entries = clinicEntries(clinic);
  const stored = await transaction(api, entries);
  const byUrl = new Map(entries.map((entry, index) => [entry.request?.url, stored[index]]));
  const referenceOf = (type: string, { system, value }: { system?: string; value?: string }): string => {
    const reference = byUrl.get(`${type}?identifier=${system}|${value}`);
    if (!reference) {
      throw new Error(`${type} ${value} was not loaded`);
    }
    return reference;
  };
  const practitioner = (person: Person): string =>
    referenceOf('Practitioner', seedIdentifier(personKey(clinic, person)));
  const ofRole = (role: Person['role']) =>
    practitionersOf(clinic)
      .filter((person) => person.role === role)
      .map((person) => ({ reference: practitioner(person), display: `${person.given} ${person.family}` }));
  const { organization, team, location } = clinicIdentifiers(clinic);
  return {
    practitioner,
    references: {
      organization: referenceOf('Organization', organization),
      team: referenceOf('Organization', team),
      location: referenceOf('Location', location),
      caseManagers: ofRole('case-manager'),
      physicians: ofRole('physician'),
    },
  };
}

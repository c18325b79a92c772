import type { BundleEntry, Identifier, Location, Organization, PractitionerRole, Schedule } from '@medplum/fhirtypes';
import { entryReference, seedEntry, seedIdentifier } from './seed-entry.ts';
import { type Clinic, type Person, personKey, practitionerEntries, practitionersOf, type RoleName } from './staff.ts';

/** Identifiers under which a clinic's own resources are found again. */
export function clinicIdentifiers({
  key,
}: Clinic): Record<'organization' | 'team' | 'location' | 'telehealth', Identifier> {
  return {
    organization: seedIdentifier(key),
    team: seedIdentifier(`${key}-care-management`),
    location: seedIdentifier(`${key}-main`),
    telehealth: seedIdentifier(`${key}-telehealth`),
  };
}

const titles: Readonly<Record<RoleName, string>> = {
  physician: 'Physician',
  nurse: 'Registered nurse',
  'front-desk': 'Front desk',
  billing: 'Billing specialist',
  admin: 'Administrator',
  compliance: 'Compliance officer',
  'case-manager': 'Case manager',
  supervisor: 'Care management supervisor',
  patient: 'Patient',
  proxy: 'Proxy',
};

function organizations(clinic: Clinic): Organization[] {
  const { organization, team } = clinicIdentifiers(clinic);
  return [
    {
      resourceType: 'Organization',
      identifier: [organization],
      active: true,
      name: clinic.name,
      telecom: [{ system: 'phone', value: clinic.phone, use: 'work' }],
    },
    {
      resourceType: 'Organization',
      identifier: [team],
      active: true,
      name: `${clinic.name} Care Management`,
      partOf: entryReference('Organization', organization),
    },
  ];
}

function locations(clinic: Clinic): Location[] {
  const { organization, location, telehealth } = clinicIdentifiers(clinic);
  const managingOrganization = entryReference('Organization', organization);
  return [
    {
      resourceType: 'Location',
      identifier: [location],
      status: 'active',
      name: `${clinic.town} clinic`,
      mode: 'instance',
      address: { line: ['210 Park Avenue'], city: clinic.town, country: 'US' },
      managingOrganization,
    },
    {
      resourceType: 'Location',
      identifier: [telehealth],
      status: 'active',
      name: 'Telehealth',
      mode: 'kind',
      managingOrganization,
    },
  ];
}

function roleOf(clinic: Clinic, member: Person): PractitionerRole {
  const { organization, team, location } = clinicIdentifiers(clinic);
  const inTeam = member.role === 'case-manager' || member.role === 'supervisor';
  return {
    resourceType: 'PractitionerRole',
    identifier: [seedIdentifier(`${personKey(clinic, member)}-role`)],
    active: true,
    practitioner: entryReference('Practitioner', seedIdentifier(personKey(clinic, member))),
    organization: entryReference('Organization', inTeam ? team : organization),
    code: [{ text: titles[member.role] }],
    location: [entryReference('Location', location)],
    telecom: [{ system: 'phone', value: clinic.phone, use: 'work' }],
  };
}

function scheduleOf(clinic: Clinic, member: Person): Schedule {
  const key = personKey(clinic, member);
  return {
    resourceType: 'Schedule',
    identifier: [seedIdentifier(`${key}-schedule`)],
    active: true,
    serviceType: [{ text: 'Outpatient behavioral health visit' }],
    actor: [
      entryReference('Practitioner', seedIdentifier(key)),
      entryReference('Location', clinicIdentifiers(clinic).location),
    ],
  };
}

/** Organizations, locations, staff, their roles, and a schedule for each physician: one transaction. */
export function clinicEntries(clinic: Clinic): BundleEntry[] {
  const staff = practitionersOf(clinic);
  return [
    ...organizations(clinic).map(seedEntry),
    ...locations(clinic).map(seedEntry),
    ...practitionerEntries(clinic),
    ...staff.map((member) => seedEntry(roleOf(clinic, member))),
    ...staff.filter(({ role }) => role === 'physician').map((member) => seedEntry(scheduleOf(clinic, member))),
  ];
}

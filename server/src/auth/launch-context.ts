import type { Extension, Identifier, Reference, SmartAppLaunch } from '@medplum/fhirtypes';

const MB = 'https://mindbridge.health/fhir/StructureDefinition';
/** On a SmartAppLaunch: the one ClientApplication that it is meant for. */
export const LAUNCH_CLIENT = `${MB}/launch-client`;
const LAUNCH_INTENT = `${MB}/launch-intent`;
const LAUNCH_BANNER = `${MB}/launch-need-patient-banner`;
const CONTEXT_ROLE = `${MB}/launch-context-role`;
const CONTEXT_CANONICAL = `${MB}/launch-context-canonical`;

/** Something in view at a launch. @see https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html#fhircontext-exp */
export interface FhirContextItem {
  readonly reference?: string;
  readonly canonical?: string;
  readonly identifier?: Identifier;
  readonly type?: Reference['type'];
  readonly role?: string;
}

/** A launch as an EHR asks for it. */
export interface WantedLaunch {
  readonly client: string;
  readonly patient?: string;
  readonly encounter?: string;
  readonly fhirContext?: readonly FhirContextItem[];
  readonly intent?: string;
  readonly needPatientBanner?: boolean;
}

const extensionOf = (element: { extension?: Extension[] }, url: string): Extension | undefined =>
  element.extension?.find((extension) => extension.url === url);

function writtenItem({ reference, canonical, identifier, type, role }: FhirContextItem): Reference {
  const extension = [
    ...(role ? [{ url: CONTEXT_ROLE, valueUri: role }] : []),
    ...(canonical ? [{ url: CONTEXT_CANONICAL, valueCanonical: canonical }] : []),
  ];
  return {
    ...(extension.length > 0 && { extension }),
    ...(reference && { reference }),
    ...(identifier && { identifier }),
    ...(type && { type }),
  };
}

function readItem(written: Reference & { extension?: Extension[] }): FhirContextItem {
  const role = extensionOf(written, CONTEXT_ROLE)?.valueUri;
  const canonical = extensionOf(written, CONTEXT_CANONICAL)?.valueCanonical;
  return {
    ...(written.reference && { reference: written.reference }),
    ...(canonical && { canonical }),
    ...(written.identifier && { identifier: written.identifier }),
    ...(written.type && { type: written.type }),
    ...(role && { role }),
  };
}

/** The patient and encounter of the launch have elements of their own; others of these types need a role to tell them apart. */
function isPassedOn({ reference, canonical, identifier, role }: FhirContextItem): boolean {
  const isMain = reference !== undefined && /^(?:Patient|Encounter)\//.test(reference);
  return isMain ? role !== undefined && role !== 'launch' : (reference ?? canonical ?? identifier) !== undefined;
}

/** The resource that keeps a launch. */
export function writtenLaunch(wanted: WantedLaunch): SmartAppLaunch {
  const { client, patient, encounter, fhirContext, intent, needPatientBanner } = wanted;
  return {
    resourceType: 'SmartAppLaunch',
    extension: [
      { url: LAUNCH_CLIENT, valueReference: { reference: `ClientApplication/${client}` } },
      ...(intent ? [{ url: LAUNCH_INTENT, valueString: intent }] : []),
      ...(needPatientBanner === undefined ? [] : [{ url: LAUNCH_BANNER, valueBoolean: needPatientBanner }]),
    ],
    ...(patient && { patient: { reference: `Patient/${patient}` } }),
    ...(encounter && { encounter: { reference: `Encounter/${encounter}` } }),
    ...(fhirContext?.length && { fhirContext: fhirContext.map(writtenItem) }),
  };
}

/** The one client a launch is meant for; undefined where it names none. */
export function launchClient(launch: SmartAppLaunch): string | undefined {
  return extensionOf(launch, LAUNCH_CLIENT)?.valueReference?.reference;
}

/** What a launch adds to a token response beside patient and encounter. A launching EHR shows its own banner unless it says no. */
export function launchParameters(launch: SmartAppLaunch): {
  readonly need_patient_banner: boolean;
  readonly intent?: string;
  readonly fhirContext?: readonly FhirContextItem[];
} {
  const intent = extensionOf(launch, LAUNCH_INTENT)?.valueString;
  const fhirContext = (launch.fhirContext ?? []).map(readItem).filter(isPassedOn);
  return {
    need_patient_banner: extensionOf(launch, LAUNCH_BANNER)?.valueBoolean ?? false,
    ...(intent && { intent }),
    ...(fhirContext.length > 0 && { fhirContext }),
  };
}

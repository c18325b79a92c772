import type { Consent } from '@medplum/fhirtypes';
import type { AccessGrant, AccessRule, RuleSet } from './access-grant.ts';
import { patientCompartmentTypes } from './patient-compartment.ts';
import { ALL_INTERACTIONS, plainRule, READ_INTERACTIONS, WRITE_INTERACTIONS } from './rule-set.ts';

/** Records of one patient under 42 CFR Part 2 that a consent opens to somebody. */
export interface PartTwoRelease {
  /** Id of the patient. */
  readonly patient: string;
  /** Id of the Consent. */
  readonly consent: string;
  /** Only these resource types; every type when absent. */
  readonly types?: ReadonlySet<string>;
}

const LABEL = '42CFRPart2';
/** How policies keep such records back. */
const WITHHELD = `_security:not=${LABEL}`;
const RESOURCE_TYPES = 'http://hl7.org/fhir/resource-types';
const ANY = [plainRule('*', ALL_INTERACTIONS)];
const APPS = 'apps-of-others';
/** What keeps notes back that nobody has signed. */
const SIGNED: Readonly<Record<string, string>> = {
  Composition: '&status:not=preliminary',
  DocumentReference: '&doc-status:not=preliminary',
};

/**
 * Beside the rights of a person or of a backend client: apps of others see no unsigned note, and no record under 42 CFR
 * Part 2 unless a consent names the app.
 */
export const appsRuleSet: RuleSet = {
  source: APPS,
  rulesFor: (type, interaction) =>
    type === 'Patient' || WRITE_INTERACTIONS.has(interaction) || !patientCompartmentTypes().has(type)
      ? ANY
      : [{ ...plainRule(type, READ_INTERACTIONS), criteria: `${type}?${WITHHELD}${SIGNED[type] ?? ''}` }],
};

/** A date without a time lasts until its end. */
function isOver(end: string, now: Date): boolean {
  const last = Date.parse(end) + (/^\d{4}-\d\d-\d\d$/.test(end) ? 86_400_000 : 0);
  return last <= now.getTime();
}

/**
 * What a consent releases at this moment, and to whom: an active permission about the label, which names its recipients.
 * @see https://www.ecfr.gov/current/title-42/section-2.31
 */
export function releaseOf(
  consent: Consent,
  now: Date,
): { readonly recipients: readonly string[]; readonly release: PartTwoRelease } | undefined {
  const { provision, patient } = consent;
  const isAbout = provision?.securityLabel?.some(({ code }) => code === LABEL) === true;
  const { start, end } = provision?.period ?? {};
  const isNow = (start === undefined || Date.parse(start) <= now.getTime()) && (end === undefined || !isOver(end, now));
  const id = patient?.reference?.startsWith('Patient/') ? patient.reference.slice('Patient/'.length) : undefined;
  if (consent.status !== 'active' || provision?.type !== 'permit' || !isAbout || !isNow || !id || !consent.id) {
    return undefined;
  }
  const types = (provision.class ?? []).flatMap(({ system, code }) =>
    system === RESOURCE_TYPES && code ? [code] : [],
  );
  return {
    recipients: (provision.actor ?? []).flatMap(({ reference }) => reference.reference ?? []),
    release: { patient: id, consent: consent.id, ...(types.length > 0 && { types: new Set(types) }) },
  };
}

function released(rule: AccessRule, type: string, { patient, types }: PartTwoRelease): AccessRule[] {
  return rule.criteria?.includes(WITHHELD) && (!types || types.has(type))
    ? [{ ...rule, criteria: rule.criteria.replace(WITHHELD, `_security=${LABEL}&_compartment=Patient/${patient}`) }]
    : [];
}

function widened(ruleSet: RuleSet, releases: readonly PartTwoRelease[]): RuleSet {
  return {
    source: `${ruleSet.source} consent`,
    rulesFor(type, interaction) {
      const own = ruleSet.rulesFor(type, interaction);
      return WRITE_INTERACTIONS.has(interaction)
        ? own
        : [...own, ...own.flatMap((rule) => releases.flatMap((release) => released(rule, type, release)))];
    },
  };
}

const opened = new WeakMap<AccessGrant, Map<string, AccessGrant>>();

/**
 * The grant with what consents release: `person` in what policies keep back, `app` in what apps of others do not see. It
 * opens nothing but reading, and nothing that a policy closes for another reason.
 */
export function partTwoGrant(
  grant: AccessGrant,
  { person, app }: { readonly person: readonly PartTwoRelease[]; readonly app: readonly PartTwoRelease[] },
): AccessGrant {
  if (person.length + app.length === 0) {
    return grant;
  }
  const key = JSON.stringify(
    [person, app].map((list) => list.map(({ patient, types }) => [patient, ...(types ?? [])])),
  );
  const byReleases = opened.get(grant) ?? new Map<string, AccessGrant>();
  opened.set(grant, byReleases);
  let found = byReleases.get(key);
  if (!found) {
    const ruleSets = grant.ruleSets.map((ruleSet) => widened(ruleSet, ruleSet.source === APPS ? app : person));
    found = { ...grant, ruleSets };
    byReleases.set(key, found);
  }
  return found;
}

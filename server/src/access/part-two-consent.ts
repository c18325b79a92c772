import type { Consent } from '@medplum/fhirtypes';
import type { AccessGrant, AccessRule, RuleSet } from './access-grant.ts';
import { isInForce, patientOfConsent, resourceTypesOf } from './consent-terms.ts';
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
const ANY = [plainRule('*', ALL_INTERACTIONS)];
/** Name of what patients refuse. */
export const OPT_OUTS = 'opt-outs';
/** Name of what holds for apps of others. */
export const APPS_OF_OTHERS = 'apps-of-others';
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
  source: APPS_OF_OTHERS,
  rulesFor: (type, interaction) =>
    type === 'Patient' || WRITE_INTERACTIONS.has(interaction) || !patientCompartmentTypes().has(type)
      ? ANY
      : [{ ...plainRule(type, READ_INTERACTIONS), criteria: `${type}?${WITHHELD}${SIGNED[type] ?? ''}` }],
};

/**
 * What a consent releases at this moment, and to whom: an active permission about the label, which names its recipients.
 * @see https://www.ecfr.gov/current/title-42/section-2.31
 */
export function releaseOf(
  consent: Consent,
  now: Date,
): { readonly recipients: readonly string[]; readonly release: PartTwoRelease } | undefined {
  const { provision, id: reference } = consent;
  const isAbout = provision?.securityLabel?.some(({ code }) => code === LABEL) === true;
  const patient = patientOfConsent(consent);
  if (provision?.type !== 'permit' || !isAbout || !patient || !reference || !isInForce(consent, now)) {
    return undefined;
  }
  const types = resourceTypesOf(consent);
  return {
    recipients: (provision.actor ?? []).flatMap((actor) => actor.reference.reference ?? []),
    release: { patient, consent: reference, ...(types && { types }) },
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
    const ruleSets = grant.ruleSets.map((ruleSet) =>
      widened(ruleSet, ruleSet.source === APPS_OF_OTHERS ? app : person),
    );
    found = { ...grant, ruleSets };
    byReleases.set(key, found);
  }
  return found;
}

/** What a consent makes of a rule. */
const RELEASED = `_security=${LABEL}&_compartment=Patient/`;

/**
 * The rules for reading that release labelled records of a type by consent, of the first source that keeps them back
 * otherwise; undefined when none does.
 */
function releasesOf(grant: AccessGrant, type: string): readonly AccessRule[] | undefined {
  for (const ruleSet of grant.ruleSets) {
    const rules = ruleSet.rulesFor(type, 'read');
    const [released, own] = [true, false].map((wanted) =>
      rules.filter(({ criteria }) => (criteria?.includes(RELEASED) ?? false) === wanted),
    ) as [AccessRule[], AccessRule[]];
    if (own.length > 0 && own.every(({ criteria }) => criteria?.includes(WITHHELD))) {
      return released;
    }
  }
  return undefined;
}

/**
 * What consents alone say of one record that is handed over: the grant without everything else, for who hands it over has
 * looked at the rest. Undefined when they have nothing to say.
 */
export function consentsOnly(grant: AccessGrant, type: string, isLabelled: boolean): AccessGrant | undefined {
  const released = isLabelled ? releasesOf(grant, type) : undefined;
  const optOuts = grant.ruleSets.filter(({ source }) => source === OPT_OUTS);
  const ruleSets = [...(released ? [{ source: 'consents', rulesFor: () => released }] : []), ...optOuts];
  return ruleSets.length > 0 ? { ...grant, ruleSets } : undefined;
}

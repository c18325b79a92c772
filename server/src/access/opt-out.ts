import type { Consent } from '@medplum/fhirtypes';
import { codeSystemUrl, consentCoding } from '@mindbridge/fhir-profiles';
import type { AccessGrant, RuleSet } from './access-grant.ts';
import { isInForce, patientOfConsent, resourceTypesOf } from './consent-terms.ts';
import { APPS_OF_OTHERS, OPT_OUTS } from './part-two-consent.ts';
import { patientCompartmentTypes } from './patient-compartment.ts';
import { ALL_INTERACTIONS, plainRule, WRITE_INTERACTIONS } from './rule-set.ts';

/** What a patient refuses, and to whom: everybody of a kind, or those that are named. */
export interface OptOut {
  /** Id of the patient. */
  readonly patient: string;
  readonly from: 'ai' | 'apps' | ReadonlySet<string>;
  /** Only these resource types; the whole record when absent. */
  readonly types?: ReadonlySet<string>;
}

/** Kinds of recipients by the codes of consents. */
const KINDS = new Map<string | undefined, 'ai' | 'apps' | 'named'>([
  [consentCoding.optOutAi.code, 'ai'],
  [consentCoding.optOutApps.code, 'apps'],
  [consentCoding.optOut.code, 'named'],
]);

/** What a consent refuses at this moment; undefined for all that are no opt-outs. */
export function optOutOf(consent: Consent, now: Date): OptOut | undefined {
  const codes = consent.category.flatMap(({ coding = [] }) => coding);
  const kind = codes
    .map(({ system, code }) => (system === codeSystemUrl.consent ? KINDS.get(code) : undefined))
    .find(Boolean);
  const patient = patientOfConsent(consent);
  if (!kind || !patient || consent.provision?.type !== 'deny' || !isInForce(consent, now)) {
    return undefined;
  }
  const named = (consent.provision.actor ?? []).flatMap(({ reference }) => reference.reference ?? []);
  const types = resourceTypesOf(consent);
  return { patient, from: kind === 'named' ? new Set(named) : kind, ...(types && { types }) };
}

/** Who asks, as opt-outs know them. */
export interface OptOutSubject {
  readonly profile: string;
  /** Reference of the app. */
  readonly app?: string;
}

/** Does the opt-out speak of this caller? */
export function concerns({ from }: OptOut, { profile, app }: OptOutSubject, grant: AccessGrant): boolean {
  if (from === 'ai') {
    return profile.startsWith('Bot/');
  }
  if (from === 'apps') {
    return grant.ruleSets.some(({ source }) => source.startsWith(APPS_OF_OTHERS));
  }
  return from.has(profile) || (app !== undefined && from.has(app));
}

const ANY = [plainRule('*', ALL_INTERACTIONS)];

/** Most values of one search parameter. */
const CHUNK = 400;

const chunks = (list: readonly string[]): string[][] =>
  Array.from({ length: Math.ceil(list.length / CHUNK) }, (_, n) => list.slice(n * CHUNK, (n + 1) * CHUNK));

/** No record of these patients, each whole or some types of it. */
function withoutRuleSet(optOuts: readonly OptOut[]): RuleSet {
  const byType = new Map<string, ReturnType<RuleSet['rulesFor']>>();
  const rulesOn = (type: string) => {
    const patients = optOuts.filter(({ types }) => !types || types.has(type)).map(({ patient }) => patient);
    const list = [...new Set(patients)].sort();
    const [name, prefix] = type === 'Patient' ? ['_id', ''] : ['_compartment', 'Patient/'];
    const criteria = `${type}?${chunks(list)
      .map((part) => `${name}:not=${part.map((id) => `${prefix}${id}`).join(',')}`)
      .join('&')}`;
    return list.length === 0 ? ANY : [{ ...plainRule(type, ALL_INTERACTIONS), criteria }];
  };
  return {
    source: OPT_OUTS,
    rulesFor(type, interaction) {
      if (WRITE_INTERACTIONS.has(interaction) || !(type === 'Patient' || patientCompartmentTypes().has(type))) {
        return ANY;
      }
      const rules = byType.get(type) ?? rulesOn(type);
      byType.set(type, rules);
      return rules;
    },
  };
}

const narrowed = new WeakMap<AccessGrant, Map<string, AccessGrant>>();

/** The grant without the records of patients who opted out; the same object when nobody did. */
export function optedOutGrant(grant: AccessGrant, optOuts: readonly OptOut[]): AccessGrant {
  if (optOuts.length === 0) {
    return grant;
  }
  const key = JSON.stringify(optOuts.map(({ patient, types }) => [patient, ...(types ?? [])]));
  const known = narrowed.get(grant) ?? new Map<string, AccessGrant>();
  narrowed.set(grant, known);
  let found = known.get(key);
  if (!found) {
    if (known.size > 100) {
      known.clear();
    }
    found = { ...grant, ruleSets: [...grant.ruleSets, withoutRuleSet(optOuts)] };
    known.set(key, found);
  }
  return found;
}

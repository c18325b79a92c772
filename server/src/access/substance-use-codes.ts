import type { ValueSet } from '@medplum/fhirtypes';

/** Codes that say that somebody is, was or may be treated for a substance use disorder: all below a prefix, or one by one. */
interface CodeTable {
  readonly prefixes?: readonly string[];
  readonly codes?: ReadonlySet<string>;
}

/** Tobacco and caffeine are no substance use disorder in the sense of 42 CFR 2.11, so that F17 is not among them. */
const ICD_10_CM: CodeTable = {
  prefixes: [
    ...['F10', 'F11', 'F12', 'F13', 'F14', 'F15', 'F16', 'F18', 'F19'],
    ...['O99.31', 'O99.32', 'P96.1', 'Z71.41', 'Z71.51'],
  ],
};

const SNOMED_CT: CodeTable = {
  codes: new Set([
    ...['7200002', '15167005', '66590003'], // alcoholism, alcohol abuse, alcohol dependence
    ...['26416006', '191816009', '6525002'], // drug abuse, drug dependence, dependent drug abuse
    ...['5602001', '75544000'], // opioid abuse, opioid dependence
    ...['78267003', '31956009'], // cocaine abuse, cocaine dependence
    ...['37344009', '85005007'], // cannabis abuse, cannabis dependence
    ...['84758004', '21647008'], // amphetamine abuse, amphetamine dependence
  ]),
};

/** Ingredients: buprenorphine, methadone, naltrexone, disulfiram, acamprosate. */
const RXNORM: CodeTable = { codes: new Set(['1819', '6813', '7243', '3554', '82819']) };

/** Drugs used in alcohol and in opioid dependence. */
const ATC: CodeTable = { prefixes: ['N07BB', 'N07BC'] };

const TABLES: ReadonlyMap<string, CodeTable> = new Map([
  ['http://hl7.org/fhir/sid/icd-10-cm', ICD_10_CM],
  ['http://hl7.org/fhir/sid/icd-10', ICD_10_CM],
  ['http://snomed.info/sct', SNOMED_CT],
  ['http://www.nlm.nih.gov/research/umls/rxnorm', RXNORM],
  ['http://www.whocc.no/atc', ATC],
]);

function isSubstanceUseCode(system: string, code: string): boolean {
  const table = TABLES.get(system);
  return table?.codes?.has(code) === true || table?.prefixes?.some((prefix) => code.startsWith(prefix)) === true;
}

/** The codes that ValueSets list one by one, as `system|code`. */
export function codesOf(sets: readonly ValueSet[]): ReadonlySet<string> {
  const parts = sets.flatMap(({ compose }) => compose?.include ?? []);
  return new Set(parts.flatMap(({ system, concept = [] }) => concept.map(({ code }) => `${system ?? ''}|${code}`)));
}

/** Is there a code of substance use anywhere in the value? `more` are those of the clinic itself. */
export function mentionsSubstanceUse(value: unknown, more?: ReadonlySet<string>): boolean {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  if (Array.isArray(value)) {
    return value.some((one) => mentionsSubstanceUse(one, more));
  }
  const { system, code } = value as { system?: unknown; code?: unknown };
  if (typeof system === 'string' && typeof code === 'string') {
    if (isSubstanceUseCode(system, code) || more?.has(`${system}|${code}`)) {
      return true;
    }
  }
  for (const part of Object.values(value)) {
    if (typeof part === 'object' && mentionsSubstanceUse(part, more)) {
      return true;
    }
  }
  return false;
}

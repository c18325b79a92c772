import type { Extension, Quantity, RiskAssessment } from '@medplum/fhirtypes';
import { aiLabel, extensionUrl } from '@mindbridge/fhir-profiles';
import type { Band } from './band.ts';
import { bandOf, bandOfScore } from './band.ts';
import { factorLabel } from './factor-label.ts';

/** Whether the value of a factor is current. */
export type FactorState = 'known' | 'stale' | 'unknown';

/** One factor of a score: what it was, what it added, and the records behind it. */
export interface Factor {
  readonly code: string;
  readonly label: string;
  readonly value?: Quantity;
  readonly text?: string;
  readonly points: number;
  readonly state: FactorState;
  /** Versioned references such as `Observation/1/_history/2`. */
  readonly basis: readonly string[];
}

/** A value before or after a change. */
export interface Amount {
  readonly value?: number;
  readonly unit?: string;
  readonly text?: string;
}

/** The smallest change of one factor that moves the band. */
export interface Counterfactual {
  readonly factor: string;
  readonly label: string;
  readonly from?: Amount;
  readonly to?: Amount;
  readonly band: Band;
}

/** What changed since the assessment before: one factor, or the whole score when `factor` is empty. */
export interface Change {
  readonly factor: string;
  readonly label: string;
  readonly from?: Amount;
  readonly to?: Amount;
  readonly points?: number;
}

/** One run of the risk engine for one patient. */
export interface Assessment {
  readonly id: string;
  readonly at?: string;
  readonly score?: number;
  readonly band: Band;
  readonly factors: readonly Factor[];
  readonly counterfactuals: readonly Counterfactual[];
  readonly changes: readonly Change[];
  readonly recommendation?: string;
  readonly rationale?: string;
  readonly narrative?: string;
  /** `embedded`, `claude`, or undefined when the resource does not say. */
  readonly engine?: string;
  readonly method?: string;
  readonly aiLabelled: boolean;
}

function parts(extension: Extension | undefined, url: string): Extension[] {
  return (extension?.extension ?? []).filter((part) => part.url === url);
}

/** What an extension holds, as words: whichever of the simple values it carries. */
function textOf(extension: Extension | undefined): string | undefined {
  const number = extension?.valueDecimal ?? extension?.valueInteger;
  const quantity = extension?.valueQuantity;
  if (quantity?.value !== undefined) {
    return `${quantity.value} ${quantity.unit ?? quantity.code ?? ''}`.trim();
  }
  const concept = extension?.valueCodeableConcept;
  const coding = extension?.valueCoding ?? concept?.coding?.[0];
  const words = extension?.valueString ?? extension?.valueMarkdown ?? extension?.valueCode ?? concept?.text;
  return words ?? coding?.display ?? coding?.code ?? (number === undefined ? undefined : String(number));
}

function amountOf(extension: Extension | undefined): Amount | undefined {
  if (!extension) {
    return undefined;
  }
  const quantity = extension.valueQuantity;
  const value = quantity?.value ?? extension.valueDecimal ?? extension.valueInteger;
  return value === undefined ? { text: textOf(extension) } : { value, unit: quantity?.unit ?? quantity?.code };
}

function codeOf(extension: Extension | undefined): { code: string; label: string } {
  const coding = extension?.valueCoding ?? extension?.valueCodeableConcept?.coding?.[0];
  const code = coding?.code ?? extension?.valueCode ?? extension?.valueString ?? '';
  return { code, label: coding?.display ?? extension?.valueCodeableConcept?.text ?? factorLabel(code) };
}

function stateOf(code: string | undefined): FactorState {
  return code === 'stale' || code === 'unknown' ? code : 'known';
}

function factorOf(extension: Extension): Factor {
  const value = parts(extension, 'value')[0];
  const points = parts(extension, 'points')[0];
  return {
    ...codeOf(parts(extension, 'factor')[0]),
    value: value?.valueQuantity,
    text: value?.valueQuantity ? undefined : textOf(value),
    points: points?.valueDecimal ?? points?.valueInteger ?? 0,
    state: stateOf(codeOf(parts(extension, 'state')[0]).code),
    basis: parts(extension, 'basis').flatMap((part) => part.valueReference?.reference ?? []),
  };
}

function bandOfPart(part: Extension | undefined): Band {
  const coding = part?.valueCoding ?? part?.valueCodeableConcept?.coding?.[0];
  const code = coding?.code ?? part?.valueCode ?? part?.valueString;
  return code === 'low' || code === 'medium' || code === 'high' || code === 'critical' ? code : 'unknown';
}

function counterfactualOf(extension: Extension): Counterfactual {
  const { code, label } = codeOf(parts(extension, 'factor')[0]);
  return {
    factor: code,
    label,
    from: amountOf(parts(extension, 'from')[0]),
    to: amountOf(parts(extension, 'to')[0]),
    band: bandOfPart(parts(extension, 'band')[0]),
  };
}

function changeOf(extension: Extension): Change {
  const { code, label } = codeOf(parts(extension, 'factor')[0]);
  const points = parts(extension, 'points')[0];
  return {
    factor: code,
    label: label || textOf(extension) || 'Score',
    from: amountOf(parts(extension, 'from')[0]),
    to: amountOf(parts(extension, 'to')[0]),
    points: points?.valueDecimal ?? points?.valueInteger,
  };
}

function narrativeOf(assessment: RiskAssessment): string | undefined {
  const text = (assessment.note ?? []).map((note) => note.text?.trim()).filter(Boolean);
  return text.length > 0 ? text.join('\n\n') : undefined;
}

/** What a RiskAssessment says. Total: an assessment with nothing in it has an unknown band and no factors. */
export function assessment(resource: RiskAssessment): Assessment {
  const extensions = resource.extension ?? [];
  const prediction = resource.prediction?.[0];
  const carried = [...extensions, ...(prediction?.extension ?? [])];
  const all = (url: string): Extension[] => carried.filter((extension) => extension.url === url);
  const find = (url: string): Extension | undefined => all(url)[0];
  const score = find(extensionUrl.riskScore)?.valueInteger ?? find(extensionUrl.riskScore)?.valueDecimal;
  const stated = bandOf([prediction?.qualitativeRisk]);
  const engine = find(extensionUrl.narrativeEngine);
  return {
    id: resource.id ?? '',
    at: resource.occurrenceDateTime ?? resource.occurrencePeriod?.end ?? resource.meta?.lastUpdated,
    score,
    band: stated === 'unknown' ? bandOfScore(score) : stated,
    factors: all(extensionUrl.riskContribution).map(factorOf),
    counterfactuals: all(extensionUrl.riskCounterfactual).map(counterfactualOf),
    changes: all(extensionUrl.riskChange).map(changeOf),
    recommendation: resource.mitigation,
    rationale: prediction?.rationale,
    narrative: narrativeOf(resource),
    engine: engine ? codeOf(engine).code || undefined : undefined,
    method: resource.method?.text ?? resource.method?.coding?.[0]?.display,
    aiLabelled: (resource.meta?.security ?? []).some((label) => label.code === aiLabel.code),
  };
}

/** Newest first; undated last. */
export function newestFirst(list: readonly Assessment[]): Assessment[] {
  return [...list].sort((a, b) => (b.at ?? '').localeCompare(a.at ?? ''));
}

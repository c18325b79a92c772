import type { Claim, Coding, Extension } from '@medplum/fhirtypes';
import { codeSystemUrl, extensionUrl } from '@mindbridge/fhir-profiles';

/** One code of a draft claim, why it was suggested, and the words of the note behind it. */
export interface CodeSuggestion {
  /** "diagnosis-1", "item-2": where it stands in the claim. */
  readonly key: string;
  readonly kind: 'diagnosis' | 'visit' | 'service';
  readonly code: string;
  readonly display: string;
  readonly rationale: string;
  /** Versioned reference of the note. */
  readonly note?: string;
  readonly start?: number;
  readonly end?: number;
  readonly quote?: string;
  readonly alternatives: readonly Coding[];
}

/** How the level of the visit was decided. */
export interface VisitLevel {
  readonly reason: string;
  readonly basis: string;
  readonly elements: readonly { readonly name: string; readonly words: string }[];
  /** What would lift it. */
  readonly forHigher?: string;
  /** What may bring it down in an audit. */
  readonly atRisk?: string;
}

/** A draft claim as the screens show it. */
export interface CodedClaim {
  readonly id: string;
  readonly patient?: string;
  readonly note?: string;
  readonly day?: string;
  readonly table?: string;
  readonly tableExpired: boolean;
  readonly suggestions: readonly CodeSuggestion[];
  readonly visit?: VisitLevel;
}

function extension(of: readonly Extension[] | undefined, url: string): Extension | undefined {
  return of?.find((each) => each.url === url);
}

function part(of: Extension | undefined, ...urls: readonly string[]): Extension | undefined {
  return of?.extension?.find((each) => urls.includes(each.url));
}

function evidenceOf(holder: {
  readonly extension?: Extension[];
}): Partial<CodeSuggestion> & Pick<CodeSuggestion, 'rationale' | 'alternatives'> {
  const given = extension(holder.extension, extensionUrl.codeEvidence);
  const offset = (name: string): number | undefined => {
    const found = part(given, name);
    return found?.valueInteger ?? found?.valueUnsignedInt;
  };
  return {
    rationale: part(given, 'rationale')?.valueString ?? '',
    note: part(given, 'note', 'document')?.valueReference?.reference,
    start: offset('start'),
    end: offset('end'),
    quote: part(given, 'quote')?.valueString,
    alternatives: (given?.extension ?? []).flatMap((each) =>
      each.url === 'alternative' && each.valueCoding ? [each.valueCoding] : [],
    ),
  };
}

function visitLevel(decision: Extension | undefined): VisitLevel | undefined {
  if (!decision) {
    return undefined;
  }
  const words = (name: string): string => part(decision, name)?.valueString ?? '';
  const elements = ['problems', 'data', 'risk'].map((name) => ({ name, words: words(name) }));
  return {
    reason: words('reason'),
    basis: part(decision, 'basis')?.valueCode ?? '',
    elements: elements.filter((one) => one.words),
    ...(words('forHigher') && { forHigher: words('forHigher') }),
    ...(words('atRisk') && { atRisk: words('atRisk') }),
  };
}

/** Everything the screens show of a draft claim. Total: works on the emptiest one. */
export function codedClaim(claim: Claim): CodedClaim {
  const diagnoses = (claim.diagnosis ?? []).map((each): CodeSuggestion => {
    const coding = each.diagnosisCodeableConcept?.coding?.[0];
    return {
      key: `diagnosis-${each.sequence}`,
      kind: 'diagnosis',
      code: coding?.code ?? '',
      display: coding?.display ?? each.diagnosisCodeableConcept?.text ?? '',
      ...evidenceOf(each),
    };
  });
  const items = (claim.item ?? []).map((each): CodeSuggestion => {
    const codings = each.productOrService.coding ?? [];
    const isVisit = codings.some((coding) => coding.system === codeSystemUrl.emLevel);
    return {
      key: `item-${each.sequence}`,
      kind: isVisit ? 'visit' : 'service',
      code: codings[0]?.code ?? '',
      display: codings[0]?.display ?? each.productOrService.text ?? '',
      ...evidenceOf(each),
    };
  });
  const table = extension(claim.extension, extensionUrl.codeTable);
  const suggestions = [...diagnoses, ...items];
  const level = (claim.item ?? []).map((each) => extension(each.extension, extensionUrl.emDecision)).find(Boolean);
  return {
    id: claim.id ?? '',
    patient: claim.patient?.reference,
    note: suggestions.find((one) => one.note)?.note,
    day: claim.item?.[0]?.servicedDate ?? claim.created,
    table: part(table, 'version')?.valueString,
    tableExpired: part(table, 'expired')?.valueBoolean ?? false,
    suggestions,
    visit: visitLevel(level),
  };
}

/** The code that a claim is billed by; none for our own levels of a visit, which only a clinic's licensed numbers replace. */
export function billedCode({ kind, code }: CodeSuggestion): string | undefined {
  return kind === 'visit' && /^(?:new|established)-/.test(code) ? undefined : code;
}

/** The claim with one code replaced; its words stay, for the person answers for the new code. */
export function withCode(claim: Claim, key: string, coding: Coding): Claim {
  const [place, sequence] = [key.split('-')[0], Number(key.split('-')[1])];
  const concept = { coding: [coding], text: coding.display };
  return place === 'diagnosis'
    ? {
        ...claim,
        diagnosis: claim.diagnosis?.map((each) =>
          each.sequence === sequence ? { ...each, diagnosisCodeableConcept: concept } : each,
        ),
      }
    : {
        ...claim,
        item: claim.item?.map((each) => (each.sequence === sequence ? { ...each, productOrService: concept } : each)),
      };
}

/** The claim without the codes that were rejected; what points at a diagnosis that is gone points no longer. */
export function withoutCodes(claim: Claim, rejected: ReadonlySet<string>): Claim {
  const diagnosis = (claim.diagnosis ?? []).filter((each) => !rejected.has(`diagnosis-${each.sequence}`));
  const left = new Set(diagnosis.map((each) => each.sequence));
  const item = (claim.item ?? [])
    .filter((each) => !rejected.has(`item-${each.sequence}`))
    .map(({ diagnosisSequence, ...each }) => {
      const kept = (diagnosisSequence ?? []).filter((sequence) => left.has(sequence));
      return kept.length > 0 ? { ...each, diagnosisSequence: kept } : each;
    });
  const { diagnosis: _diagnosis, item: _item, ...rest } = claim;
  return { ...rest, ...(diagnosis.length > 0 && { diagnosis }), ...(item.length > 0 && { item }) };
}

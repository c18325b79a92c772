import type { Claim, ClaimDiagnosis, ClaimItem, Coding, ConceptMap, Extension } from '@medplum/fhirtypes';
import { codeSystemUrl, emLevelCoding, extensionUrl, standardSystem } from '@mindbridge/fhir-profiles';
import { botCanonical, labelled, sha256 } from '../kit/index.ts';
import type { CodedNote } from './code-note.ts';
import type { EmElement } from './em-level.ts';
import type { HcpcsSuggestion } from './hcpcs.ts';
import type { CodeSuggestion } from './suggestion.ts';

/** Where a claim belongs. */
export interface ClaimContext {
  readonly runKey: string;
  readonly patient: string;
  readonly encounter?: string;
  /** The clinician who signed the note, as a literal reference. */
  readonly provider: string;
  /** Versioned reference of the signed note. */
  readonly note: string;
  /** Id of the note's sentence at a place of its text, where the note has evidence. */
  readonly sentenceAt: (start: number) => string | undefined;
  /** Day of service, `YYYY-MM-DD`. */
  readonly day: string;
  readonly numbers?: ConceptMap;
  readonly now: Date;
}

const HCPCS = 'https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets';

/** The suggested codes as a draft Claim: nothing is submitted, and no Condition is written. @see https://hl7.org/fhir/R4/claim.html */
export function claimOf(coded: CodedNote, context: ClaimContext): Claim {
  const { table, suggestions, services } = coded;
  const sequence = suggestions.map((_, i) => i + 1);
  return labelled<Claim>({
    resourceType: 'Claim',
    identifier: [{ system: botCanonical.noteRun, value: context.runKey }],
    extension: [
      {
        url: extensionUrl.codeTable,
        extension: [
          { url: 'version', valueString: table.version },
          { url: 'expired', valueBoolean: table.isExpired },
        ],
      },
    ],
    status: 'draft',
    type: coding({ system: 'http://terminology.hl7.org/CodeSystem/claim-type', code: 'professional' }),
    use: 'claim',
    patient: { reference: context.patient },
    created: context.now.toISOString(),
    provider: { reference: context.provider },
    priority: coding({ system: 'http://terminology.hl7.org/CodeSystem/processpriority', code: 'normal' }),
    insurance: [{ sequence: 1, focal: true, coverage: { display: 'To be chosen by billing' } }],
    diagnosis: suggestions.map((each, i) => diagnosisOf(each, i + 1, context)),
    item: [
      visitItem(coded, sequence.slice(0, 4), context),
      ...services.map((each, i) => serviceItem(each, i + 2, sequence.slice(0, 4), context)),
    ],
  });
}

function coding(one: Coding): { coding: Coding[] } {
  return { coding: [one] };
}

/** The words of the note behind a code, and why. */
function evidence(
  rationale: string,
  words: { readonly text: string; readonly start: number; readonly end: number } | undefined,
  { note, sentenceAt }: ClaimContext,
  alternatives: readonly Coding[] = [],
): Extension {
  const sentence = words && sentenceAt(words.start);
  return {
    url: extensionUrl.codeEvidence,
    extension: [
      { url: 'rationale', valueString: rationale },
      { url: 'note', valueReference: { reference: note } },
      ...(sentence ? [{ url: 'sentence', valueString: sentence }] : []),
      ...(words
        ? [
            { url: 'start', valueInteger: words.start },
            { url: 'end', valueInteger: words.end },
            { url: 'quote', valueString: words.text },
            { url: 'sha256', valueString: sha256(words.text) },
          ]
        : []),
      ...alternatives.map((valueCoding) => ({ url: 'alternative', valueCoding })),
    ],
  };
}

function diagnosisOf(suggestion: CodeSuggestion, sequence: number, context: ClaimContext): ClaimDiagnosis {
  const code = ({ code: value, description }: CodeSuggestion['entry']): Coding => ({
    system: standardSystem.icd10cm,
    code: value,
    display: description,
  });
  return {
    sequence,
    extension: [evidence(suggestion.rationale, suggestion.problem, context, suggestion.alternatives.map(code))],
    diagnosisCodeableConcept: { coding: [code(suggestion.entry)], text: suggestion.problem.text },
  };
}

/** The visit: our level, and beside it the licensed number where the clinic has loaded one. */
function visitItem({ visit }: CodedNote, diagnosisSequence: number[], context: ClaimContext): ClaimItem {
  const code = `${visit.isNewPatient ? 'new' : 'established'}-${visit.level}`;
  const own = Object.values(emLevelCoding).find((each) => each.code === code);
  const element = (name: EmElement['name']): string => {
    const found = visit.elements.find((each) => each.name === name);
    return found ? `level ${found.level}: ${found.reason}` : '';
  };
  const decision: Extension = {
    url: extensionUrl.emDecision,
    extension: [
      { url: 'basis', valueCode: visit.basis },
      { url: 'reason', valueString: visit.reason },
      { url: 'problems', valueString: element('problems') },
      { url: 'data', valueString: element('data') },
      { url: 'risk', valueString: element('risk') },
      ...(visit.byTime ? [{ url: 'byTime', valuePositiveInt: visit.byTime }] : []),
      ...(visit.forHigher ? [{ url: 'forHigher', valueString: visit.forHigher }] : []),
      ...(visit.atRisk ? [{ url: 'atRisk', valueString: visit.atRisk }] : []),
    ],
  };
  const number = numberOf(context.numbers, code);
  return {
    sequence: 1,
    extension: [decision, evidence(visit.reason, undefined, context)],
    diagnosisSequence,
    productOrService: { coding: [...(number ? [number] : []), ...(own ? [own] : [])], text: own?.display },
    servicedDate: context.day,
    ...(context.encounter && { encounter: [{ reference: context.encounter }] }),
  };
}

/** The licensed number of a level in the clinic's own map; undefined where it has loaded none. */
function numberOf(map: ConceptMap | undefined, code: string): Coding | undefined {
  const groups = (map?.group ?? []).filter((group) => group.source === codeSystemUrl.emLevel);
  const targets = groups.flatMap((group) =>
    (group.element ?? []).flatMap((each) =>
      (each.code === code ? (each.target ?? []) : []).map((target) => ({ system: group.target, target })),
    ),
  );
  const [found] = targets.filter(({ target }) => target.code);
  const { system, target } = found ?? {};
  return target && { system, code: target.code, ...(target.display && { display: target.display }) };
}

function serviceItem(
  service: HcpcsSuggestion,
  sequence: number,
  diagnosisSequence: number[],
  context: ClaimContext,
): ClaimItem {
  return {
    sequence,
    extension: [evidence(service.rationale, service, context)],
    diagnosisSequence,
    productOrService: coding({ system: HCPCS, code: service.code, display: service.description }),
    servicedDate: context.day,
    ...(context.encounter && { encounter: [{ reference: context.encounter }] }),
  };
}

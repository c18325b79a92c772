import { isNegated } from '../kit/text/index.ts';
import { type NoteSentence, readNote } from '../kit/validate/note.ts';

/** A service of HCPCS level II that a note documents. */
export interface HcpcsSuggestion {
  readonly code: string;
  /** Our own words. */
  readonly description: string;
  readonly rationale: string;
  /** The words of the note, with their place. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

interface HcpcsRule {
  readonly code: string;
  readonly description: string;
  readonly documented: RegExp;
  /** What the payer asks for beside the words that were found. */
  readonly asks: string;
}

/**
 * Codes of HCPCS level II, which CMS publishes freely, for what a behavioural-health and primary-care clinic does daily.
 * @see https://www.cms.gov/medicare/coding-billing/healthcare-common-procedure-system
 */
const rules: readonly HcpcsRule[] = [
  {
    code: 'G0444',
    description: 'Yearly depression screening',
    documented: /\b(?:depression screen(?:ing)?|screened for depression|screening phq-?9)\b/i,
    asks: 'a screening of at least 5 minutes, once a year, in a patient without known depression',
  },
  {
    code: 'G0442',
    description: 'Yearly screening for alcohol misuse',
    documented: /\b(?:alcohol (?:misuse )?screen(?:ing)?|audit-?c|screened for alcohol)\b/i,
    asks: 'a screening of at least 5 minutes, once a year',
  },
  {
    code: 'G0443',
    description: 'Brief counselling for alcohol misuse',
    documented: /\b(?:counsel\w+ (?:\w+ ){0,4}(?:alcohol|drinking)|(?:alcohol|drinking) counsel\w+)\b/i,
    asks: '15 minutes, after a positive screening',
  },
  {
    code: 'G0447',
    description: 'Counselling for obesity',
    documented: /\b(?:obesity counsel\w+|counsel\w+ (?:\w+ ){0,4}(?:obesity|weight loss))\b/i,
    asks: '15 minutes face to face, with the body mass index',
  },
  {
    code: 'G0560',
    description: 'Safety planning for a risk of suicide or overdose',
    documented:
      /\b(?:safety plan(?:ning)? (?:was |were )?(?:completed|created|developed|written|reviewed|made|updated)|(?:completed|created|developed|wrote|reviewed|updated) (?:a|the|her|his) (?:\w+ )?safety plan)\b/i,
    asks: 'a written plan made with the patient, in units of 20 minutes',
  },
];

/** Services that the note documents as done, each once, with what else the payer asks for. */
export function hcpcsOfNote(note: string): HcpcsSuggestion[] {
  const body = readNote(note).filter((sentence) => !sentence.isHeading);
  return rules.flatMap((rule) => body.flatMap((sentence) => documentedIn(sentence, rule)).slice(0, 1));
}

const NOT_DONE = /\b(?:will|plan(?:s|ned)? to|next visit|consider|declin\w+|refus\w+|recommend)\b/i;

function documentedIn(sentence: NoteSentence, rule: HcpcsRule): HcpcsSuggestion[] {
  const match = rule.documented.exec(sentence.text);
  const span = match && { start: match.index, end: match.index + match[0].length };
  if (!match || !span || isNegated(sentence.text, span) || NOT_DONE.test(sentence.text)) {
    return [];
  }
  const start = sentence.start + span.start;
  const rationale = `The note documents “${match[0]}”. The payer also asks for ${rule.asks}.`;
  const { code, description } = rule;
  return [{ code, description, rationale, text: match[0], start, end: start + match[0].length }];
}

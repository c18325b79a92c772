import { isNegated } from '../kit/text/index.ts';
import { type Support, supportOf } from './draft-note.ts';
import type { Utterance } from './utterance.ts';

/** Something that was said and that nobody may overlook. */
export interface CriticalFinding {
  /** Stable code, such as `suicidal-thoughts`. */
  readonly code: string;
  /** What people read. */
  readonly label: string;
  /** `high` for what is so now, `moderate` for what was so in the past. */
  readonly severity: 'high' | 'moderate';
  readonly support: readonly Support[];
}

interface SpokenRule {
  readonly code: string;
  readonly label: string;
  readonly said: RegExp;
}

const SELF = '(?:myself|yourself|himself|herself|themselves)';

/** Words that name a danger. Looked for in cleaned speech, so that spoken forms are written out. */
const spokenRules: readonly SpokenRule[] = [
  {
    code: 'suicidal-thoughts',
    label: 'Thoughts of suicide or self-harm',
    said: new RegExp(
      `\\b(?:suicid\\w+|(?:kill|hurt|harm|cut)(?:ing)? ${SELF}|end(?:ing)? (?:my|your|his|her) (?:own )?life|tak(?:e|ing) (?:my|your|his|her) own life|better off (?:dead|without me)|wish i (?:was|were) dead|wish(?:ed)? to be dead|do not want to (?:live|be alive|wake up|be here) ?(?:any ?more)?|want(?:ed)? to die|not wake up|no reason to (?:live|go on)|not worth living|(?:hang|shoot|drown) ${SELF}|end it(?: all)?|took all (?:my|the) pills|overdos\\w+)\\b`,
    ),
  },
  {
    code: 'harm-to-others',
    label: 'Thoughts of harming another person',
    said: /\b(?:homicid\w+|(?:kill|hurt|harm)(?:ing)? (?:him|her|them|someone|somebody|other people|others|my (?:husband|wife|partner|boss|neighbor|mother|father|son|daughter|kids|children|baby)))\b/,
  },
  {
    code: 'command-voices',
    label: 'Voices that give commands',
    said: /\b(?:voices?|they) (?:\w+ ){0,3}(?:tell(?:s|ing)?|order(?:s|ing)?|command(?:s|ing)?) me to\b/,
  },
  {
    code: 'violence-at-home',
    label: 'Violence at home',
    said: /\b(?:(?:he|she|they|my (?:ex[- ]?)?(?:husband|wife|partner|boyfriend|girlfriend)) (?:\w+ ){0,2}(?:hits?|beats?|chok(?:es|ed)|strangl(?:es|ed)|kick(?:s|ed)|slap(?:s|ped)|push(?:es|ed)|shov(?:es|ed)|grab(?:s|bed)|rap(?:es|ed)|punch(?:es|ed)|threatens?|threatened|abus(?:es|ed)) me\b(?! to\b)|(?:he|she|they) (?:\w+ ){0,4}(?:would|will|going to) kill me|not safe at home|(?:afraid|scared) of my (?:ex[- ]?)?(?:husband|wife|partner|boyfriend|girlfriend))\b/,
  },
  {
    code: 'possible-heart-attack',
    label: 'Chest pain with signs of a heart attack',
    said: /\b(?:chest (?:pain|pressure|tightness|discomfort)|(?:pressure|pain|tightness|squeezing)\b[\w, ]{0,30}\b(?:my|the) chest)\b(?=.*\b(?:(?:left )?arms?|jaw|sweat\w*|short of breath|shortness of breath|nause\w+)\b)/,
  },
  {
    code: 'possible-stroke',
    label: 'Signs of a stroke',
    said: /\b(?:(?:face|facial|mouth) (?:\w+ ){0,2}droop\w*|droop\w* (?:face|mouth)|slurr\w+ (?:\w+ )?(?:speech|words)|speech (?:\w+ ){0,2}slurr\w+|sudden(?:ly)? (?:\w+ ){0,4}(?:weak\w*|numb\w*) (?:\w+ ){0,4}(?:side|arm|leg|face))\b/,
  },
  {
    code: 'possible-anaphylaxis',
    label: 'Signs of anaphylaxis',
    said: /\b(?:throat (?:\w+ ){0,3}(?:clos\w+|swell\w*|swollen)|(?:tongue|lips?) (?:\w+ ){0,3}(?:swell\w*|swollen|swelled))\b/,
  },
  {
    code: 'possible-poisoning',
    label: 'Something dangerous was swallowed',
    said: /\b(?:swallow(?:ed|ing)|ate|drank) (?:\w+ ){0,5}(?:pills|tablets|bleach|detergent|batter(?:y|ies)|cleaner|antifreeze)\b/,
  },
  {
    code: 'possible-poisoning',
    label: 'Many pills at once',
    said: /\b(?:took|taken|swallowed) (?:\w+ ){0,2}(?:(?:handful|bunch|bottle|fistful) of|(?:[2-9]\d|1\d\d)(?! ?(?:mg|mcg|units?|ml|years?|minutes?|days?)\b)) (?:\w+ ){0,2}\w+/,
  },
  {
    code: 'possible-heart-attack',
    label: 'ST elevation',
    said: /\b(?:st[- ]elevations?|stemi)\b/,
  },
  {
    code: 'bleeding',
    label: 'Serious bleeding',
    said: /\b(?:(?:vomit\w*|throw\w* up|threw up|cough\w* up) (?:\w+ ){0,2}blood|black,? tarry stools?|stools? (?:\w+ ){0,3}black)\b/,
  },
  {
    code: 'thunderclap-headache',
    label: 'Worst headache of their life',
    said: /\b(?:worst headache (?:of|in) (?:my|your|his|her) life|thunderclap)\b/,
  },
];

interface MeasuredRule {
  readonly code: string;
  readonly label: string;
  readonly value: RegExp;
  isCritical(first: number, second: number): boolean;
}

/** Readings beyond which nobody waits. mmHg, %, beats per minute, mg/dL, °F. */
const measuredRules: readonly MeasuredRule[] = [
  {
    code: 'blood-pressure-crisis',
    label: 'Blood pressure of 180/120 or above',
    value: /\b(?:blood )?pressure\b[^.?!]{0,40}?\b(\d{2,3})\/(\d{2,3})\b/,
    isCritical: (systolic, diastolic) => (systolic >= 180 && systolic <= 300) || (diastolic >= 120 && diastolic < 200),
  },
  {
    code: 'low-oxygen',
    label: 'Oxygen saturation below 90 %',
    value: /\b(?:oxygen|saturation|pulse ox|spo2|o2 sat\w*)\b[^.?!]{0,30}?\b(\d{2})(?:%|\b(?! (?:liters?|over)))/,
    isCritical: (percent) => percent < 90 && percent >= 50,
  },
  {
    code: 'heart-rate',
    label: 'Heart rate below 40 or above 130',
    value: /\b(?:heart rate|pulse)\b(?! ox)[^.?!]{0,30}?\b(\d{2,3})\b/,
    isCritical: (beats) => (beats < 40 && beats >= 20) || (beats > 130 && beats <= 250),
  },
  {
    code: 'blood-sugar',
    label: 'Blood sugar below 54 or above 400 mg/dL',
    value: /\b(?:blood sugar|glucose)\b[^.?!]{0,30}?\b(\d{2,3})\b/,
    isCritical: (value) => (value < 54 && value >= 20) || value > 400,
  },
  {
    code: 'fever',
    label: 'Temperature of 104 °F or above',
    value: /\b(?:fever|temperature|temp)\b[^.?!]{0,30}?\b(1\d\d(?:\.\d)?)\b/,
    isCritical: (fahrenheit) => fahrenheit >= 104 && fahrenheit <= 110,
  },
];

const OF_ANOTHER =
  /\b(?:(?:my|his|her|their) (?:mother|father|mom|dad|brother|sister|son|daughter|friend|uncle|aunt|cousin|grand\w+|husband|wife|neighbor|roommate)|family history)\b/;
const PAST =
  /\b(?:in the past|years? ago|when i was|used to|back then|as a (?:teenager|child|kid)|history of|once tried)\b/;
/** A question in the middle of a run of speech. */
const ASKED = /\b(?:any|have you|has (?:he|she)|do you|did you|are you|were you|is there)\b[^.?!]*$/;
const YES =
  /^(?:\W*(?:um|uh|well|oh|okay)\W+)*(?:yes|yeah|yep|sometimes|i (?:do|have|did|am)\b(?! n't)|every|a (?:little|few))/i;

/**
 * The findings of a visit that nobody may overlook, each once, with the words behind it. A question counts when it is
 * answered yes; what is denied, or said of somebody else, does not count.
 */
export function criticalFindings(spoken: readonly Utterance[]): CriticalFinding[] {
  const found = [
    ...spoken.flatMap((each, i) => [...spokenDangers(each, spoken.slice(i + 1, i + 4)), ...readings(each)]),
    ...radiatingChestPain(spoken),
  ];
  const codes = [...new Set(found.map((each) => each.code))];
  return codes.map((code) => {
    const same = found.filter((each) => each.code === code);
    const worst = same.find((each) => each.severity === 'high') ?? same[0];
    return { ...(worst as CriticalFinding), support: same.flatMap((each) => each.support) };
  });
}

function spokenDangers(said: Utterance, next: readonly Utterance[]): CriticalFinding[] {
  const text = said.clean;
  return spokenRules.flatMap((rule): CriticalFinding[] => {
    const match = rule.said.exec(text);
    if (
      !match ||
      (rule.code !== 'possible-poisoning' && OF_ANOTHER.test(text.slice(0, match.index))) ||
      isNegated(text, spanOf(match))
    ) {
      return [];
    }
    const asked = said.isQuestion || (said.role === 'clinician' && ASKED.test(text.slice(0, match.index)));
    const answer = asked ? next.find((each) => each.role !== said.role) : undefined;
    const meant = asked ? meantBy(answer, next, rule) : PAST.test(text) ? 'moderate' : 'high';
    if (!meant) {
      return [];
    }
    const severity = meant;
    return [
      { code: rule.code, label: rule.label, severity, support: supportOf(...(answer ? [said, answer] : [said])) },
    ];
  });
}

const NO =
  /^(?:\W*(?:um|uh|well|oh|okay)\W+)*(?:no|nope|never|not at all|none|absolutely not|i (?:do|did|have|would)(?: n't|n't| not))\b(?! know| think)/i;
const QUALIFIED =
  /\b(?:(?:but|except|i mean)\b.*\bi (?:did|have|had|was|do)|in the past|(?:last|in the) (?:summer|winter|spring|fall|year|month)|used to|sometimes|once)\b/i;
/** Of these a person who is unsure does not say no. */
const GRAVE = /^(?:suicidal-thoughts|harm-to-others|violence-at-home|command-voices)$/;

/** What an answer makes of the danger that was asked for: "maybe" is no "no", and "no, but in the summer I did" is one of the past. */
function meantBy(
  answer: Utterance | undefined,
  next: readonly Utterance[],
  { code }: SpokenRule,
): CriticalFinding['severity'] | undefined {
  if (!answer) {
    return undefined;
  }
  const all = next.filter(({ turn, role }) => turn === answer.turn && role === answer.role).map(({ raw }) => raw);
  if (YES.test(answer.raw)) {
    return PAST.test(all.join(' ')) ? 'moderate' : 'high';
  }
  const grave = GRAVE.test(code);
  if (NO.test(answer.raw)) {
    return grave && QUALIFIED.test(all.join(' ')) ? 'moderate' : undefined;
  }
  return grave && UNSURE.test(all.join(' ')) ? 'high' : undefined;
}

const UNSURE =
  /\b(?:i (?:do n't|don't|do not) know|maybe|not sure|kind of|sort of|sometimes|passively|a little|i guess|not really|it depends|crossed my mind)\b/i;

const CHEST_PAIN =
  /\b(?:chest (?:pain|pressure|tightness|discomfort)|(?:pressure|pain|tightness|squeezing)\b[\w, ]{0,30}\b(?:my|the) chest|my chest (?:hurts|is tight))\b/;
const RADIATES =
  /\b(?:go(?:es|ing)?|radiat\w+|spread\w*|shoot\w*|mov(?:es|ing)|down|into|in) (?:\w+ ){0,3}(?:arms?|jaw|shoulder blades?)\b/;
/** So many utterances later it is still the same pain that goes somewhere. */
const SAME_PAIN = 8;

/** Pain in the chest that the patient tells of, and soon after that it goes to arm or jaw. */
function radiatingChestPain(spoken: readonly Utterance[]): CriticalFinding[] {
  const tells = ({ role, isQuestion, clean }: Utterance, pattern: RegExp): boolean => {
    const match = role === 'patient' && !isQuestion ? pattern.exec(clean) : null;
    return match !== null && !OF_ANOTHER.test(clean) && !PAST.test(clean) && !isNegated(clean, spanOf(match));
  };
  return spoken.flatMap((pain, i): CriticalFinding[] => {
    const spread = tells(pain, CHEST_PAIN)
      ? spoken.slice(i, i + SAME_PAIN).find((each) => tells(each, RADIATES))
      : undefined;
    const rule = spokenRules.find(({ code }) => code === 'possible-heart-attack');
    const support = supportOf(...new Set(spread ? [pain, spread] : []));
    return rule && spread ? [{ code: rule.code, label: rule.label, severity: 'high', support }] : [];
  });
}

function spanOf(match: RegExpExecArray): { start: number; end: number } {
  return { start: match.index, end: match.index + match[0].length };
}

function readings(said: Utterance): CriticalFinding[] {
  return measuredRules.flatMap((rule): CriticalFinding[] => {
    const match = rule.value.exec(said.clean);
    const critical = match && rule.isCritical(Number(match[1]), Number(match[2] ?? Number.NaN));
    const severity = PAST.test(said.clean) ? 'moderate' : 'high';
    return critical && !said.isQuestion
      ? [{ code: rule.code, label: rule.label, severity, support: supportOf(said) }]
      : [];
  });
}

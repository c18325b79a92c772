import type { Turn } from '../kit/text/index.ts';

/** Who speaks: the one who treats, or the one who is treated and those who speak for him. */
export type Role = 'clinician' | 'patient';

/** What a speaker is in the visit. */
export interface Part {
  readonly role: Role;
  /** "mother", where somebody else speaks for the patient. */
  readonly informant?: string;
}

const TREATS =
  /\b(?:doctor|dr|md|clinician|provider|physician|nurse|rn|np|pa|gp|practitioner|therapist|counsell?or|psycholog\w+|psychiatr\w+|consultant|registrar|resident|surgeon|midwife|pharmacist|dietiti?an|social worker|case manager|interviewer|assessor|specialist|dentist|physio\w*|paramedic|medic|scribe|d)\b/;
const IS_TREATED = /\b(?:patient|pt|client|guest|family|interpreter|translator|mr|mrs|ms|miss|p)\b/;
const SPEAKS_FOR =
  /\b(mother|mom|mum|father|dad|parent|daughter|son|wife|husband|spouse|partner|sister|brother|caregiver|carer|guardian|grandmother|grandfather)\b/;
const PLAIN_WORD: Readonly<Record<string, string>> = {
  mom: 'mother',
  mum: 'mother',
  dad: 'father',
  carer: 'caregiver',
};

/** Ways to speak of those who treat. */
const TREATING =
  /\b(?:physical exam|my assessment|(?:i'?m|i am|we'?re|we are) (?:gon ?na|going to) (?:order|prescribe|refer|start|give|put|send|check|get|have)|i'?d like (?:you )?to|i would like (?:you )?to|i want you to|i'?ll (?:order|prescribe|refer|start|give|send|write)|i'?m (?:restarting|adding|starting|prescribing|ordering|refilling)|your (?:blood pressure|x-?ray|a1c|labs?|exam|lungs|heart|tests?|results?|temperature|oxygen|potassium|creatinine|tsh|urine|level|peak flow|phq|gad)|follow up in|come back|let me (?:listen|look|take|examine|see|check|get)|let'?s (?:start|continue|increase|get|check|try|do|go|cut|switch|look)|on exam|what brings you|how can i help|are you (?:still )?(?:taking|allergic|on)|have you (?:had|noticed|tried|taken)|do you (?:have|smoke|drink|take|use|feel|get)|any (?:fevers?|chills|pain|nausea|vomiting|allerg\w+|chest|shortness|headaches?|weakness|numbness|trouble|history|family|bleeding|swelling|thoughts)|prescribe you|refer you|order an?|(?:no|there is|there'?s) (?:\w+ )?(?:tenderness|edema|murmurs?|wheez\w+|crackles|effusion)|blood pressure is|lungs are|you(?:'re| are) (?:due|here)|you have (?:a|an|mild|severe|tenderness)|how long|when did)\b/gi;
/** Ways to speak of those who are treated. */
const TREATED =
  /\b(?:i'?ve (?:been|had|got)|i have (?:been|had|a|an|this|the)|i had|i get|i feel|i felt|i take|i took|i stopped|i started taking|i was|i don'?t|i can'?t|i couldn'?t|i used to|i can|i wake|i smoke|i drink|it hurts|my (?!assessment|plan|concern|recommendation|exam)\w+|hurts me|bothers me|gives me|thank you,? doc(?:tor)?|sounds (?:good|like a plan)|okay,? (?:i can|will do)|will do)\b/gi;

/** How much more a text sounds like those who treat. */
function treating(text: string): number {
  return (
    (text.match(TREATING)?.length ?? 0) + (text.match(/\?/g)?.length ?? 0) / 2 - (text.match(TREATED)?.length ?? 0)
  );
}

/**
 * The part of each turn: by its label where that tells, but labels may be swapped, may be names, or may be absent; then by
 * what is said.
 */
export function partsOf(turns: readonly Turn[]): Part[] {
  const spoken = new Map<string, string>();
  for (const { speaker, text } of turns) {
    spoken.set(speaker, `${spoken.get(speaker) ?? ''} ${text}`);
  }
  if (spoken.size === 1) {
    return oneByOne(turns);
  }
  const labelled = rolesOfLabels(spoken);
  const swapped = areSwapped(spoken, labelled);
  return turns.map(({ speaker }): Part => {
    const role = labelled.get(speaker) ?? 'patient';
    const informant = role === 'patient' && !swapped ? SPEAKS_FOR.exec(speaker)?.[1] : undefined;
    return {
      role: swapped ? other(role) : role,
      ...(informant !== undefined && { informant: PLAIN_WORD[informant] ?? informant }),
    };
  });
}

const other = (role: Role): Role => (role === 'patient' ? 'clinician' : 'patient');

function rolesOfLabels(spoken: ReadonlyMap<string, string>): Map<string, Role> {
  const roles = new Map<string, Role>();
  for (const speaker of spoken.keys()) {
    const label = speaker.replaceAll('_', ' ');
    const told = TREATS.test(label)
      ? 'clinician'
      : IS_TREATED.test(label) || SPEAKS_FOR.test(label)
        ? 'patient'
        : undefined;
    if (told) {
      roles.set(speaker, told);
    }
  }
  const unknown = [...spoken]
    .filter(([speaker]) => !roles.has(speaker))
    .map(([speaker, text]) => ({ speaker, score: treating(text) }));
  const needed = ![...roles.values()].includes('clinician');
  const best = unknown.reduce<{ speaker: string; score: number } | undefined>(
    (most, each) => (!most || each.score > most.score ? each : most),
    undefined,
  );
  for (const { speaker } of unknown) {
    roles.set(speaker, needed && speaker === best?.speaker ? 'clinician' : 'patient');
  }
  return roles;
}

/** So much more must the one who is said to be treated sound like the one who treats. */
const MARGIN = 2;

function areSwapped(spoken: ReadonlyMap<string, string>, roles: ReadonlyMap<string, Role>): boolean {
  const score = (role: Role): number =>
    [...spoken].reduce((sum, [speaker, text]) => (roles.get(speaker) === role ? sum + treating(text) : sum), 0);
  return score('patient') > 0 && score('patient') > score('clinician') + MARGIN;
}

/** Without labels each turn is judged alone; what tells nothing answers the question before it, or goes on. */
function oneByOne(turns: readonly Turn[]): Part[] {
  let before: { readonly role: Role; readonly asked: boolean } = { role: 'patient', asked: false };
  return turns.map(({ text }) => {
    const score = treating(text);
    const role: Role = score > 0 ? 'clinician' : score < 0 || before.asked ? 'patient' : before.role;
    before = { role, asked: /\?\s*$/.test(text) };
    return { role };
  });
}

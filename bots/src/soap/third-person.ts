/** How a note speaks of the patient. */
export interface PatientPronouns {
  readonly subject: string;
  readonly object: string;
  readonly possessive: string;
  /** Does the subject take a plural verb, as "they" does? */
  readonly isPlural: boolean;
}

const she: PatientPronouns = { subject: 'she', object: 'her', possessive: 'her', isPlural: false };
const he: PatientPronouns = { subject: 'he', object: 'him', possessive: 'his', isPlural: false };
const they: PatientPronouns = {
  subject: 'the patient',
  object: 'the patient',
  possessive: "the patient's",
  isPlural: false,
};

/** Reads the patient's pronouns from how the speakers address or describe the patient; "the patient" when nothing tells. */
export function pronounsOf(transcript: string): PatientPronouns {
  const text = transcript.toLowerCase();
  const count = (pattern: RegExp): number => text.match(pattern)?.length ?? 0;
  const female =
    3 * count(/\b(?:female|woman|ma'am|ms\.?|mrs\.?|miss|girl|lady|pregnan\w+|my husband|menstrua\w+)\b/g) +
    spokenOf(text, FEMALE_NAMES);
  const male = 3 * count(/\b(?:male|man|sir|mr\.?|guy|gentleman|my wife|prostate)\b/g) + spokenOf(text, MALE_NAMES);
  return female === male ? they : female > male ? she : he;
}

/** Common given names, by which a clinician greets a patient. */
const FEMALE_NAMES =
  'mary patricia jennifer linda elizabeth barbara susan jessica sarah karen lisa nancy betty sandra margaret ashley kimberly emily donna michelle carol amanda melissa deborah stephanie rebecca laura helen sharon cynthia kathleen amy angela anna ruth brenda pamela nicole katherine virginia catherine christine samantha janet rachel carolyn emma maria heather diane julie joyce victoria kelly christina joan evelyn lauren judith olivia martha cheryl megan andrea ann alice jean doris jacqueline hannah julia grace amber brittany danielle rose diana natalie sophia isabella abigail kayla charlotte';
const MALE_NAMES =
  'james robert john michael william david richard joseph thomas charles daniel matthew anthony mark donald steven paul andrew joshua kenneth kevin brian george edward ronald timothy jason jeffrey ryan jacob gary nicholas eric jonathan stephen larry justin scott brandon benjamin samuel frank gregory raymond alexander patrick jack dennis jerry tyler aaron jose henry adam douglas nathan peter zachary kyle walter harold jeremy ethan carl keith roger gerald christian terry sean arthur austin noah lawrence jesse joe bryan billy bruce albert willie gabriel logan alan juan louis wayne roy ralph randy eugene vincent russell philip bobby johnny bradley';

/** How often one of the names stands in the opening of a visit. */
function spokenOf(text: string, names: string): number {
  const known = new Set(names.split(' '));
  return (text.slice(0, 400).match(/[a-z]+/g) ?? []).filter((word) => known.has(word)).length;
}

const VERBS: Readonly<Record<string, string>> = {
  am: 'is',
  are: 'is',
  have: 'has',
  do: 'does',
  go: 'goes',
  were: 'was',
};

const SIMPLE =
  /^(?:feel|get|guess|lean|move|bend|lift|lie|turn|push|pull|touch|press|swallow|breathe|cough|urinate|pee|vomit|throw|itch|bleed|develop|lose|gain|hold|put|give|ask|tell|find|lay|climb|carry|reach|drive|take|want|need|notice|use|eat|drink|work|live|see|hear|know|try|keep|run|walk|sleep|smoke|say|come|start|stop|like|love|hurt|wake|sit|stand|tend|seem|look|call|make|play|exercise|watch|monitor|check|remember|forget|experience|suffer|deny|report|worry|think|cry|panic|snore|struggle|meet|pee|pick|believe|react|throb|forget|cut)$/;

function agree(verb: string): string {
  const known = VERBS[verb];
  if (known) {
    return known;
  }
  if (!SIMPLE.test(verb)) {
    return verb;
  }
  return /(?:s|sh|ch|x|z)$/.test(verb) ? `${verb}es` : verb.replace(/([^aeiou])y$/, '$1ie').concat('s');
}

function reflexive({ object }: PatientPronouns): string {
  return object.startsWith('h') ? `${object}self` : 'themselves';
}

/** What the patient said of themselves, said of the patient: "i have" becomes "she has". */
export function ofPatient(text: string, who: PatientPronouns): string {
  return text
    .replace(
      /\bi (not |never |also |still |usually |always |sometimes |only |occasionally |often |normally |rarely )?([a-z]+)/g,
      (_all, adverb: string | undefined, verb: string) => `${who.subject} ${adverb ?? ''}${agree(verb)}`,
    )
    .replace(/\bi\b/g, who.subject)
    .replace(/\bmyself\b/g, reflexive(who))
    .replace(/\bmy\b/g, who.possessive)
    .replace(/\bmine\b/g, who.possessive)
    .replace(/\bme\b/g, who.object);
}

/** "You" after a verb and before what goes with it; not after a conjunction or an auxiliary, where it is the subject. */
const OBJECT =
  /\b(?!(?:and|but|so|if|when|because|that|or|as|then|what|where|how|why|while|until|before|after|do|did|are|were|can|could|will|would|should|may|might|have|has|had|than|know|think|whether|like)\b)([a-z]+) you(?= (?:to|in|on|having|with|for|at|an?|the|some|about|back|up|off|out|through|today)\b|[,.]|$)/g;

/** What the clinician said to the patient, said of the patient: "you are" becomes "she is"; the clinician's "i" stays. */
export function toPatient(text: string, who: PatientPronouns): string {
  return text
    .replace(
      /\b(for|to|with|on|give|start|keep|put|refer|send|want|have|see|get|advise|call|help|let|of|order|prescribe|continue|giving|starting|keeping|putting|referring|sending|seeing|getting|tell|told|show|remind|ask|treat|switch|move) you\b/g,
      `$1 ${who.object}`,
    )
    .replace(/\blike you to\b/g, `like ${who.object} to`)
    .replace(/\bhad you (?=on\b)/g, `had ${who.object} `)
    .replace(OBJECT, `$1 ${who.object}`)
    .replace(/\byours\b/g, who.possessive === 'her' ? 'hers' : who.possessive)
    .replace(
      /\byou (not |never |also |still |do |can |will |should |could |may |might |would )?([a-z]+)/g,
      (_all, between: string | undefined, verb: string) => {
        const modal = between && /^(?:can|will|should|could|may|might|would)/.test(between);
        const auxiliary = between === 'do ' ? '' : (between ?? '');
        return `${who.subject} ${auxiliary}${modal || /^(?:can|will|should|could|may|might|would)$/.test(verb) ? verb : agree(verb)}`;
      },
    )
    .replace(/\byou\b/g, who.subject)
    .replace(/\byourself\b/g, reflexive(who))
    .replace(/\byour\b/g, who.possessive);
}

/** First letter and the pronoun "I" in capitals, a full stop at the end. */
export function sentenceCase(text: string): string {
  const plain = text
    .trim()
    .replace(/[,;:?!.\s–-]+$/, '')
    .replace(/\bi\b/g, 'I');
  return plain === '' ? '' : `${plain.charAt(0).toUpperCase()}${plain.slice(1)}.`;
}

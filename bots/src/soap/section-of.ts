import { conditions } from '../kit/lexicon/conditions.ts';
import { drugs } from '../kit/lexicon/drugs.ts';
import { findings } from '../kit/lexicon/findings.ts';
import { procedures } from '../kit/lexicon/procedures.ts';
import { findTerms, type TermIndex, termIndex } from '../kit/lexicon/term-index.ts';
import { tokenize } from '../kit/text/index.ts';
import file from './section-weights.json' with { type: 'json' };
import { readWords, sectionWords, type WordWeights, weighted } from './section-words.ts';

/** Headings under which a clinician files a part of a visit. */
export const sectionHeaders = [
  'fam/sochx',
  'genhx',
  'pastmedicalhx',
  'cc',
  'pastsurgical',
  'allergy',
  'ros',
  'medications',
  'assessment',
  'exam',
  'diagnosis',
  'disposition',
  'plan',
  'edcourse',
  'immunizations',
  'imaging',
  'gynhx',
  'procedures',
  'other_history',
  'labs',
] as const;

/** One of the twenty headings. */
export type SectionHeader = (typeof sectionHeaders)[number];

/** Words and ways of asking that point to one heading or another. */
const cues: readonly RegExp[] = [
  /\ballerg(?:y|ies|ic)\b/g,
  /\b(?:what|any|which|other|current(?:ly)?|taking|on) (?:\w+ ){0,3}(?:medications?|medicines?|meds|prescriptions?|pills|supplements?|vitamins)\b/g,
  /\b(?:milligrams?|dosage|dose|refill|twice a day|once a day|over the counter|ibuprofen|tylenol|aspirin|metformin|insulin|lisinopril|albuterol)\b/g,
  /\b(?:smok(?:e|er|ing)|cigarettes?|tobacco|alcohol|drink(?:ing)?|recreational drugs?|marijuana|drugs|married|single|divorced|widow\w*|live with|live alone|living|for work|occupation|retired|job|do for a living)\b/g,
  /\b(?:family (?:medical )?history|in (?:your|the|my) family|run in|siblings?|grand(?:mother|father|parents?)|father|mother|brothers?|sisters?|dad|mom|aunt|uncle|parents)\b/g,
  /\b(?:surger(?:y|ies)|surgical|operations?|operated|appendectomy|hysterectomy|tonsil\w*|removed|c[- ]section|replacement|bypass|appendix|gallbladder|under the knife)\b/g,
  /\b(?:immuni[sz]\w*|vaccin\w*|shots|tetanus|up to date|boosters?)\b/g,
  /\b(?:pap smear|menstrua\w*|last period|pregnanc(?:y|ies)|abortions?|miscarriages?|deliver(?:y|ies)|gynecolog\w*|mammogram|periods|contracepti\w*)\b/g,
  /\b(?:x[- ]?rays?|mri|m r i|ct scan|c t scan|ultrasound|scan (?:shows?|results?)|echocardiogram|radiograph)\b/g,
  /\b(?:lab (?:work|results?)|labs|blood (?:report|test|work)|hemoglobin|creatinine|white (?:blood )?(?:count|cells?)|c b c|cbc|urinalysis|potassium|sodium|platelets?|enzymes?|within normal (?:limits|range))\b/g,
  /\b(?:procedures?|biopsy|colonoscopy|catheter\w*|endoscopy)\b/g,
  /\b(?:examine|examination|take a look|breathe in|deep breath|listen to|lungs (?:sound|are)|press|palpat\w*|tender|reflexes|blood pressure is|vital(?:s| signs)|temperature is|pupils|normal rhythm|does (?:this|that|it) hurt|open your mouth|alert and oriented|heart rate)\b/g,
  /\b(?:emergency (?:room|department)|e r|the er|gave (?:you|him|her) (?:a )?(?:dose|shot|some)|in the ed|i v fluids?|stabili[sz]ed|ambulance|nurse (?:applied|gave)|responded (?:well )?to)\b/g,
  /\b(?:discharg\w*|go home|going home|home today|send you home|admit(?:ted)?|transfer\w*|ready to go|stable condition|released|hospice|nursing home|recovery room)\b/g,
  /\b(?:i(?:'d| would) (?:like|recommend|suggest|advise)|i(?:'ll| will| am going to|'m going to) (?:\w+ )?(?:order|prescribe|refer|start|put|send|schedule|give)|we(?:'ll| will| are going to) (?:\w+ )?(?:order|start|schedule|continue|do|repeat|follow|monitor|keep)|follow[- ]?up (?:in|with)|come back in|next appointment|continue (?:taking|with|the|your)|recommend|make an appointment|diet|restrict)\b/g,
  /\b(?:seems? (?:like|to be)|looks? like|probably|most likely|i (?:think|believe|suspect|feel) (?:that )?(?:you|it|this|she|he|the|your)|secondary to|due to|caused by|is caus\w*|sounds like|concern(?:ed|ing)?|consistent with|progress\w*|improv\w*)\b/g,
  /\b(?:diagnos(?:is|ed with|es|e)|you have (?:a |an |what)|this is (?:a |an )?(?:case of|called)|suffering from|condition is)\b/g,
  /\b(?:had|any|have|having|experienc\w+|feel(?:ing)?) (?:\w+ ){0,4}(?:fevers?|chills|nausea|vomiting|diarrhea|constipation|headaches?|cough\w*|chest pain|shortness of breath|dizz\w+|rash\w*|swelling|weight (?:loss|gain|change\w*)|vision|hearing|numbness|weakness|bleeding|bruis\w+|urinat\w+|heartburn|abdominal|sweats?|palpitations|depress\w+|anxi\w+|sore throat|congestion|breathing|joint|muscle|appetite|sleep\w*|seizures?|burning)\b/g,
  /\b(?:how about|what about|any)\b/g,
  /\b(?:medical (?:history|conditions?|problems?|issues?)|past medical|chronic|diagnosed|(?:other|any) (?:health|medical) (?:issues?|conditions?|problems?|concerns?)|high blood pressure|diabet\w+|hypertension|high cholesterol|asthma|thyroid|arthritis|heart (?:disease|attack|problems?)|stroke|cancer|hospitali[sz]ed|history of)\b/g,
  /\b(?:when did|started|start|began|how long|ago|since|last (?:week|month|night|year)|days?|weeks?|months?|pain|hurts?|worse|better|first time|happened|accident|fell|symptoms?|noticed|brings you|how old|years old|describe|scale|severe|constant|getting)\b/g,
  /\b(?:what brings you|what seems|how can i help|reason for (?:your|the) visit|what is (?:wrong|going on|bothering)|what happened|chief complaint|why are you here|what's (?:wrong|going on|bothering|the (?:problem|matter))|here for|here today|how are you feeling)\b/g,
  /\b(?:since|ago|started|began|first noticed|getting worse|comes and goes)\b/g,
  /\b(?:right|left|leg|arm|knee|back|shoulder|chest|head|stomach|neck|foot|hand)\b/g,
  /\b(?:bye|see you|take care|thank you|you're welcome|have a (?:good|great|nice))\b/g,
  /\b(?:he|she|his|her)\b/g,
  /\b(?:okay|great|good|perfect)\b/g,
  /\b(?:year old|years old|how old|my age)\b/g,
  /\bdoctor [a-z]\b/g,
  /\bguest_(?:family|clinician)\b/g,
  /\b(?:children|kids|son|daughter|husband|wife|spouse|exercise|school|college|work)\b/g,
  /\b(?:milligrams|m g|daily|tablets?|capsules?)\b/g,
];

/** Most matches of one cue that count. */
const MOST = 6;

/** What the choice rests on beside its words: how often each cue stands in the whole and in the opening, medical terms by kind, length, answers. */
export function sectionFeatures(dialogue: string): number[] {
  const text = dialogue.toLowerCase().replaceAll('’', "'");
  const lines = text.split(/\n/).filter((line) => line.trim() !== '');
  const opening = lines.slice(0, 2).join('\n');
  const count = (pattern: RegExp, where: string): number =>
    Math.log1p(Math.min(MOST, where.match(pattern)?.length ?? 0));
  const tokens = tokenize(text);
  const terms = lexicons.map((index) => Math.log1p(findTerms<unknown>(index, tokens).length));
  return [
    1,
    ...cues.map((cue) => count(cue, text)),
    ...cues.map((cue) => count(cue, opening)),
    ...terms,
    Math.log1p(lines.length),
    Math.log1p(tokens.length),
    Math.log1p(answersNo(text)),
    Math.log1p(text.match(/\?/g)?.length ?? 0),
  ];
}

const names = (list: readonly { readonly names: readonly string[] }[]): TermIndex<unknown> =>
  termIndex(list.flatMap((each) => each.names.map((name) => [name, name] as const)));
const lexicons = [names(drugs), names(conditions), names(findings), names(procedures)];

/** Weights of one value for each heading: of each cue, and of each word. */
export interface SectionWeights {
  readonly cues: readonly (readonly number[])[];
  readonly words: ReadonlyMap<string, WordWeights>;
}

/** How much speaks for each heading. */
export function sectionScores(dialogue: string, { cues, words }: SectionWeights): number[] {
  const scores = sectionHeaders.map(() => 0);
  const add = (row: readonly number[] | undefined, value: number): void => {
    row?.forEach((weight, i) => {
      scores[i] = (scores[i] ?? 0) + weight * value;
    });
  };
  for (const [j, feature] of sectionFeatures(dialogue).entries()) {
    add(cues[j], feature);
  }
  for (const [word, value] of weighted(sectionWords(dialogue), (each) => words.get(each)?.rarity)) {
    add(words.get(word)?.weights, value);
  }
  return scores;
}

const fitted: SectionWeights = { cues: file.cues, words: readWords(file.words) };

/** Under which heading a part of a visit belongs: the one for which most speaks. */
export function sectionOf(dialogue: string): SectionHeader {
  const scores = sectionScores(dialogue, fitted);
  return sectionHeaders[scores.indexOf(Math.max(...scores))] ?? 'genhx';
}

/** Answers of the patient that begin with "no": a review of systems is full of them. */
function answersNo(text: string): number {
  return Math.min(6, text.match(/^patient: *(?:uh |um |hm )?(?:no|nope|not|none)\b/gm)?.length ?? 0);
}

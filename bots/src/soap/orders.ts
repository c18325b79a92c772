import { drugClasses, drugs, looksLikeDrug } from '../kit/lexicon/drugs.ts';
import { findTerms, termIndex } from '../kit/lexicon/term-index.ts';
import { type Token, tokenize } from '../kit/text/index.ts';

/** What a clinician orders in a visit. */
export interface SpokenOrder {
  readonly type: 'medication' | 'lab' | 'imaging' | 'followup';
  /** The words of the order. */
  readonly description: string;
  /** 1-based numbers of the sentences that carry it. */
  readonly sentences: readonly number[];
}

const labs =
  'hemoglobin a1c,a1c,cbc,complete blood count,blood count,basic metabolic panel,bmp,metabolic panel,cmp,lipid panel,cholesterol,thyroid panel,tsh,thyroid,liver enzymes,liver function tests,liver function,lfts,urinalysis,urine culture,blood culture,culture,cultures,ferritin,iron levels,iron,b12,folate,vitamin d level,psa,creatinine,kidney function,bun,electrolytes,lyme titer,lyme titers,western blot,autoimmune panel,rheumatoid factor,ana,sed rate,crp,troponin,bnp,blood sugar,glucose,hepatitis panel,viral load,hiv,genotype,rapid strep,strep test,strep,covid test,flu test,pregnancy test,pap smear,urine drug screen,inr,coagulation,uric acid,blood work,blood tests,labs,lab work,cortisol,testosterone,prolactin,aldosterone,renin,biopsy,stool studies,h pylori,allergy test,immunoglobulin,pulmonary function test,pulmonary function tests,pft,pfts,sleep study,ekg,ecg,emg,nerve conduction study,holter monitor,stress test,cardiac stress test,colonoscopy,endoscopy,upper endoscopy,urine protein,twenty four hour urine,24 hour urine';
const imaging =
  'x-ray,x-rays,x ray,chest x-ray,mri,m r i,ct,ct scan,cat scan,ultrasound,renal ultrasound,doppler,arterial ultrasound,venous ultrasound,echocardiogram,echo,mammogram,dexa,dexa scan,bone density,bone scan,pet scan,angiogram,ct angiogram,fluoroscopy,barium swallow,imaging,mra,mrcp,hida scan,carotid ultrasound';

const labIndex = termIndex(labs.split(',').map((name) => [name, name] as const));
const imagingIndex = termIndex(imaging.split(',').map((name) => [name, name] as const));
const drugIndex = termIndex([
  ...drugs.flatMap((drug) => drug.names.map((name) => [name, name] as const)),
  ...Array.from(drugClasses.keys(), (name) => [name, name] as const).filter(
    ([name]) =>
      !/medication|thinner|^other|^hormone|supplement|^mineral|^vitamin|chemo|pain|ophthalmic|urologic|topical/.test(
        name,
      ),
  ),
  ...[
    'inhaler',
    'antibiotics',
    'antibiotic',
    'anti-inflammatory',
    'steroid',
    'cream',
    'ointment',
    'eye drops',
    'lozenges',
    'fiber supplement',
  ].map((name) => [name, name] as const),
]);

/** A clinician who decides: intends, orders, starts, changes, continues. */
const DECIDES =
  /\b(?:gon na|going to|i'll|i will|we'll|we will|let's|i want|i wan na|i'd like|i would like|i would recommend|i recommend|i do want|we need to|you need to|you can (?:take|continue|use)|i'm prescribing|prescrib\w*|order\w*|start(?: you)?|continue\w*|increase\w*|decrease\w*|keep you|put you|give you|refill\w*|add|repeat|recheck|check|send you|get (?:a|an|some|you)|schedule\w*|switch\w*|stop)\b/i;
/** A look back, or what somebody already takes. */
const LOOKS_BACK =
  /\b(?:last time|in the past|we did|you had|you were|i reviewed|looking at|results? (?:of|show)|shows?|came back|have you been|are you (?:still )?taking|you're (?:still )?(?:on|taking)|did you|do you take|you've been)\b/i;
const FOLLOWUP =
  /\b(?:follow[- ]?up|see you (?:back|again|in)|come back|return (?:in|to)|back (?:here )?in|next (?:visit|appointment)|appointment (?:in|with)|reach back|check back|recheck in)\b/i;
const TIME =
  /\b(?:in |for |about )*(?:a|an|one|two|three|four|five|six|eight|ten|twelve|\d+|couple|few|several|next)(?: (?:to|or) (?:two|three|four|five|six|eight|twelve|\d+))?(?: of)? (?:days?|weeks?|months?|years?|week|month)\b/i;

/** Splits a transcript into numbered sentences: every line, and within it after a full stop, question or exclamation mark. */
export function numberedSentences(transcript: string): string[] {
  return transcript.split('\n').flatMap((line) => line.split(/(?<=[.?!])\s+/));
}

/** The orders of a visit, each with the sentences that carry it. Nothing that was only asked or remembered is an order. */
export function spokenOrders(transcript: string): SpokenOrder[] {
  const sentences = numberedSentences(transcript);
  const late = Math.floor(sentences.length * 0.35);
  const found = sentences.flatMap((sentence, i) =>
    i < late || /^\[patient\]/.test(sentence) ? [] : ordersOf(sentence, i + 1),
  );
  return merged(found);
}

function ordersOf(sentence: string, number: number): SpokenOrder[] {
  const text = sentence.replace(/^\[\w+\]\s*/, '');
  const tokens = tokenize(text);
  const clauses = clausesOf(text, tokens);
  return clauses.flatMap(({ words, text: clause }): SpokenOrder[] => {
    const decides =
      DECIDES.test(clause) &&
      !(LOOKS_BACK.test(clause) && !/\b(?:gon na|going to|order|continue|increase|start|keep)\b/i.test(clause));
    const orders: SpokenOrder[] = [];
    if (decides) {
      for (const mention of findTerms(drugIndex, words)) {
        orders.push({
          type: 'medication',
          description: [mention.term, dosageAfter(words, mention.next, mention.first)].filter(Boolean).join(' '),
          sentences: [number],
        });
      }
      for (const token of words.filter(
        (each) => looksLikeDrug(each.text) && findTerms(drugIndex, [each]).length === 0,
      )) {
        orders.push({ type: 'medication', description: token.text, sentences: [number] });
      }
      const testing = /\b(?:order|check|get|repeat|send|do|draw|obtain|recheck|need|test|run|want|schedule)\b/i.test(
        clause,
      );
      if (testing) {
        orders.push(
          ...findTerms(labIndex, words).map(
            (mention): SpokenOrder => ({ type: 'lab', description: mention.term, sentences: [number] }),
          ),
        );
        orders.push(
          ...findTerms(imagingIndex, words).map(
            (mention): SpokenOrder => ({
              type: 'imaging',
              description: withPlace(words, mention.first, mention.term),
              sentences: [number],
            }),
          ),
        );
      }
    }
    if (FOLLOWUP.test(clause)) {
      const said = FOLLOWUP.exec(clause)?.[0] ?? '';
      const time = TIME.exec(clause)?.[0] ?? '';
      if (time || /see you|follow|return/.test(said)) {
        orders.push({ type: 'followup', description: `${said} ${time}`.trim().toLowerCase(), sentences: [number] });
      }
    }
    return orders;
  });
}

interface Clause {
  readonly text: string;
  readonly words: readonly Token[];
}

/** Parts of a long run of speech, cut before words that begin a new thought; each with a little of what came before. */
function clausesOf(text: string, tokens: readonly Token[]): Clause[] {
  const cuts = tokens.flatMap((token, i) =>
    i > 0 && /^(?:so|and|but|now|then|okay|alright|because|also)$/.test(token.text) && i - 0 > 6 ? [i] : [],
  );
  const starts = [0];
  for (const cut of cuts) {
    if (cut - (starts.at(-1) ?? 0) >= 12) {
      starts.push(cut);
    }
  }
  return starts.map((start, i) => {
    const words = tokens.slice(start, starts[i + 1] ?? tokens.length);
    return { words, text: text.slice(words[0]?.start ?? 0, words.at(-1)?.end ?? 0) };
  });
}

const DOSAGE =
  /^(?:\d.*|one|two|three|four|five|six|seven|eight|nine|ten|fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|point|milligrams?|mg|units?|once|twice|times|a|daily|day|every|each|morning|night|hours?|as|needed|puffs?|tablets?|pills?|per|iu|for|days|weeks|months|by|mouth|to|or|oh)$/;

/** The words of dose and frequency after a medicine, or directly before it. */
function dosageAfter(words: readonly Token[], next: number, first: number): string {
  const after: string[] = [];
  for (let i = next; i < words.length && after.length < 10; i++) {
    const word = words[i]?.text ?? '';
    if (!DOSAGE.test(word)) {
      if (after.length > 0 || !/^(?:at|to|on|your|the|um|uh|inhaler|of)$/.test(word) || i - next > 2) {
        break;
      }
      continue;
    }
    after.push(word);
  }
  const before = after.some((word) => /mg|milligram|\d|once|twice|hundred|every/.test(word))
    ? []
    : words
        .slice(Math.max(0, first - 4), first)
        .map((token) => token.text)
        .filter((word) => DOSAGE.test(word) && !/^(?:a|to|as|for|or)$/.test(word));
  return [...before, ...after].join(' ').replace(/ (?:a|to|for|as|or|by|per)$/, '');
}

/** The part of the body before an imaging word: "right knee x-ray". */
function withPlace(words: readonly Token[], first: number, term: string): string {
  const before = words
    .slice(Math.max(0, first - 2), first)
    .map((token) => token.text)
    .filter((word) =>
      /^(?:right|left|knee|hip|chest|renal|kidney|liver|shoulder|foot|ankle|wrist|hand|lumbar|back|spine|head|brain|abdominal|pelvic|carotid|arterial|repeat)$/.test(
        word,
      ),
    );
  return [...before, term].join(' ');
}

/** One order for each thing: repeats add their sentences, the longest wording stays. */
function merged(found: readonly SpokenOrder[]): SpokenOrder[] {
  const orders = new Map<string, SpokenOrder>();
  for (const each of found) {
    const key =
      each.type === 'followup'
        ? 'followup'
        : `${each.type} ${each.description
            .split(' ')
            .slice(0, each.type === 'medication' ? 1 : 9)
            .join(' ')}`;
    const before = orders.get(key);
    const description =
      before && before.description.length >= each.description.length ? before.description : each.description;
    orders.set(key, {
      ...each,
      description,
      sentences: [...new Set([...(before?.sentences ?? []), ...each.sentences])].slice(0, 4),
    });
  }
  return [...orders.values()];
}

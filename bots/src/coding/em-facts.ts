import { drugs, looksLikeDrug } from '../kit/lexicon/drugs.ts';
import { findTerms, termIndex } from '../kit/lexicon/term-index.ts';
import { isNegated } from '../kit/text/index.ts';
import { type NoteSentence, readNote } from '../kit/validate/note.ts';
import type { EmFacts, ManagementRisk, ProblemKind } from './em-level.ts';
import type { NoteProblem } from './note-problems.ts';

const drugNames = termIndex(drugs.flatMap((drug) => drug.names.map((name) => [name, drug.name] as const)));

/** Reads from a signed note what decides the level of the visit. Only what the note says counts. */
export function emFacts(note: string, problems: readonly NoteProblem[], isNewPatient: boolean): EmFacts {
  const body = readNote(note).filter((sentence) => !sentence.isHeading);
  const { risk, reasons } = riskOf(body);
  const minutes = minutesOf(note);
  return {
    isNewPatient,
    problems: problems.map((problem) => ({ name: problem.text, kind: kindOf(problem, note) })),
    data: dataOf(body),
    interpreted: reasonsIn(body, INTERPRETED),
    discussed: reasonsIn(body, DISCUSSED),
    risk,
    riskReasons: reasons,
    ...(minutes !== undefined && { minutes }),
  };
}

const CHRONIC =
  /\b(?:hypertension|blood pressure|diabet\w+|depress\w+|anxiety|bipolar|schizo\w+|ptsd|post-?traumatic|adhd|attention|obsessive|panic|disorder|asthma|copd|heart failure|coronary|fibrillation|kidney disease|ckd|multiple sclerosis|cirrhosis|gout|glaucoma|hypothyroid\w*|hyperlipid\w+|cholesterol|arthritis|migraine|epilepsy|insomnia|obesity|dementia|parkinson\w*|reflux|gerd|osteo\w+|neuropathy|lupus|crohn\w*|colitis|chronic|dependence|use disorder)\b/i;
const WORSE =
  /\b(?:worse\w*|uncontrolled|poorly controlled|not (?:at goal|well controlled|controlled)|exacerbat\w+|elevated|progress\w+|relaps\w+|recurr(?:ed|ing|ence)|flar\w+|inadequate|partial response|not responding|side effects?|increase\w*|still (?:symptomatic|depressed|anxious|high))\b/i;
const GRAVE =
  /\b(?:suicid\w+ (?:\w+ ){0,4}(?:plan|intent|attempt)|active suicid\w+|acute psychosis|psychotic|mania|sepsis|stroke|myocardial infarction|respiratory (?:failure|distress)|anaphyla\w+|overdose|severe exacerbation|unstable angina|pulmonary embol\w+)\b/i;
const SYSTEMIC = /\b(?:fever|pyelonephritis|pneumonia|influenza|colitis|systemic)\b/i;
const INJURY = /\b(?:concussion|head injury|fracture|loss of consciousness|multiple injuries|dislocation)\b/i;
const UNCERTAIN =
  /\b(?:mass|lump|nodule|syncope|unexplained|chest pain|weight loss|bleeding|of unclear|suicidal ideation|unclear cause|undiagnosed|new[- ]onset)\b/i;
const MINOR = /\b(?:common cold|upper respiratory|insect bite|sunburn|cerumen|wart|callus|minor|mild rash|hives)\b/i;

/** How a problem weighs, by its name and by what the sentences that name it say of its course. */
function kindOf({ text, sentence }: NoteProblem, note: string): ProblemKind {
  const [first = ''] = text.toLowerCase().match(/[a-z]{4,}/g) ?? [];
  const about = [
    sentence,
    ...note.split(/(?<=[.\n])/).filter((line) => first && line.toLowerCase().includes(first)),
  ].join(' ');
  if (says(GRAVE, about)) {
    return 'life-threatening';
  }
  if (CHRONIC.test(text)) {
    return says(WORSE, about) ? 'worsening-chronic' : 'stable-chronic';
  }
  if (INJURY.test(text)) {
    return 'acute-injury';
  }
  if (says(UNCERTAIN, text)) {
    return 'undiagnosed-uncertain';
  }
  if (SYSTEMIC.test(text)) {
    return 'acute-systemic';
  }
  return MINOR.test(text) ? 'minor' : 'acute-uncomplicated';
}

/** Does a text say this without denying it? */
function says(pattern: RegExp, text: string): boolean {
  return Array.from(text.matchAll(new RegExp(pattern, 'gi'))).some(
    (match) => !isNegated(text, { start: match.index, end: match.index + match[0].length }),
  );
}

const TESTS =
  /\b(?:hemoglobin a1c|a1c|complete blood count|cbc|metabolic panel|bmp|cmp|lipid panel|cholesterol panel|thyroid panel|tsh|liver (?:enzymes|function tests?)|urinalysis|urine (?:culture|drug screen)|ekg|ecg|electrocardiogram|echocardiogram|x-?rays?|mri|ct(?: scan)?|ultrasound|lithium level|valproate level|vitamin d level|b12|ferritin|creatinine|biopsy|sleep study|stress test|mammogram|colonoscopy|dexa|psa|strep test|covid test|pregnancy test|phq-?9|gad-?7|holter)\b/gi;
const SOURCES =
  /\b(?:(?:records?|notes?|discharge summary) (?:from|of) (?:the )?(?:outside|hospital|emergency|cardiolog\w+|another|previous)\w*|outside records?|history (?:was )?(?:obtained|provided|taken) (?:from|by) (?:the |her |his )?(?:mother|father|wife|husband|daughter|son|caregiver|parent|spouse))\b/gi;
const INTERPRETED =
  /\b(?:i (?:personally |independently )(?:reviewed|interpreted)|independent(?:ly)? (?:review|interpret)\w*)[^.]*/i;
const DISCUSSED =
  /\b(?:discussed (?:with|the case with)|spoke (?:to|with)|called) (?:dr\.?|the (?:cardiolog\w+|surgeon|psychiatrist|neurolog\w+|therapist|pharmacist|hospitalist|specialist|school|case manager))[^.]*/i;

/** Each different test and outside source that the note orders or reviews, once. */
function dataOf(body: readonly NoteSentence[]): string[] {
  const named = body.flatMap(({ text }) => [...(text.match(TESTS) ?? []), ...(text.match(SOURCES) ?? [])]);
  return [...new Set(named.map((each) => each.toLowerCase()))];
}

function reasonsIn(body: readonly NoteSentence[], pattern: RegExp): string[] {
  return body.flatMap(({ text }) => pattern.exec(text)?.[0] ?? []);
}

const TOXIC = /\b(?:lithium|clozapine|methotrexate|warfarin|amiodarone|digoxin|chemotherapy|immunosuppress\w+)\b/i;
const MONITOR = /\b(?:monitor\w*|level|cbc|anc|inr|toxicity|blood count|check\w*)\b/i;
const ADMIT =
  /\b(?:admit\w*|admission|hospitali[sz]\w+|inpatient|emergency (?:room|department)|crisis unit|involuntary)\b/i;
const MOVED =
  /\b(?:start|begin|prescrib\w*|continue|increase|decrease|titrat\w+|switch|refill|stop|discontinu\w+|taper|renew|adjust|resume|add)\w*\b/i;
/** A medicine that a plan names with its dose or course is given, whether or not a verb says so. */
const DOSED =
  /\b\d+(?:\.\d+)? ?(?:mg|mcg|g|units?|puffs?|ml|%)|\b(?:burst|course|bid|tid|qid|daily|twice|at bedtime)\b/i;
const SOCIAL =
  /\b(?:homeless\w*|housing|uninsured|no insurance|cannot afford|food insecurity|no transportation|unsafe at home)\b/i;
const LOW =
  /\b(?:ibuprofen|acetaminophen|tylenol|over[- ]the[- ]counter|physical therapy|brace|ice|rest|nasal saline|exercise)\b/i;
const FREE = /\b(?:ibuprofen|acetaminophen|tylenol|aspirin|loratadine|cetirizine|antacid|vitamin|melatonin)\b/i;

/** The risk of what the plan decides, with the words that show it. */
function riskOf(body: readonly NoteSentence[]): { risk: ManagementRisk; reasons: string[] } {
  const plan = body.filter(({ section }) => /plan|assessment|intervention|recommend/.test(section));
  const with_ = (test: (sentence: NoteSentence) => boolean): string[] =>
    plan.filter(test).map(({ text }) => text.slice(0, 80));
  const high = with_(({ text }) => says(ADMIT, text) || (TOXIC.test(text) && MONITOR.test(text.replace(TOXIC, ''))));
  if (high.length > 0) {
    return { risk: 'high', reasons: high };
  }
  const moderate = with_((sentence) => managesPrescription(sentence) || says(SOCIAL, sentence.text));
  if (moderate.length > 0) {
    return { risk: 'moderate', reasons: moderate };
  }
  const low = with_(({ text }) => LOW.test(text));
  return low.length > 0 ? { risk: 'low', reasons: low } : { risk: 'minimal', reasons: [] };
}

function managesPrescription({ text, tokens }: NoteSentence): boolean {
  const named = findTerms(drugNames, tokens).filter((mention) => !FREE.test(mention.concept));
  const isDrug = named.length > 0 || tokens.some((token) => looksLikeDrug(token.text));
  return (isDrug && (MOVED.test(text) || DOSED.test(text))) || /\b(?:prescribed?|prescription|refills?)\b/i.test(text);
}

const MINUTES =
  /\b(?:total(?: time)?|time (?:spent|today)|spent|visit lasted|encounter time)\b[^.\n]{0,40}?\b(\d{1,3})\s*(?:min(?:ute)?s?)\b|\b(\d{1,3})\s*(?:min(?:ute)?s?)\b[^.\n]{0,30}?\b(?:total time|in total|were spent|was spent)\b/i;

/** The total minutes that the note states; undefined when it states none that can be. */
function minutesOf(note: string): number | undefined {
  const match = MINUTES.exec(note);
  const minutes = Number(match?.[1] ?? match?.[2]);
  return minutes >= 1 && minutes <= 300 ? minutes : undefined;
}

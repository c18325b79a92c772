import type { CodeEntry } from './code-table.ts';

/** A code that says more than the name of a condition: stage, side, course or complication. */
export interface SpecificCode extends CodeEntry {
  /** All of these stand in the problem. */
  readonly says: readonly RegExp[];
}

const DIABETES_1 = /\btype (?:1|i|one)\b.*\bdiabet|\bdiabet\w*\b.*\btype (?:1|i|one)\b|\bt1dm\b/i;
const DIABETES_2 = /^(?!.*\b(?:type (?:1|i|one)|t1dm|gestational|prediabet\w*)\b).*(?:\bdiabet|\bt2dm\b)/i;
const KIDNEY = /\b(?:chronic kidney disease|ckd)\b/i;
const ASTHMA = /\basthma\b/i;
const WORSE = /\bexacerbation\b/i;
const REMISSION = /\bremission\b/i;
const EAR = /\b(?:otitis media|(?:middle )?ear infection)\b/i;
const ARTHRITIS = /\b(?:osteoarthritis|degenerative joint disease|djd)\b/i;
const FIBRILLATION = /\b(?:atrial fibrillation|a-?fib)\b/i;
const FAILURE = /\b(?:heart failure|chf|hfref|hfpef)\b/i;
const SYSTOLIC = /\b(?:systolic|reduced ejection|hfref)\b/i;
const DIASTOLIC = /\b(?:diastolic|preserved ejection|hfpef)\b/i;
const MIGRAINE = /\bmigraines?\b/i;
const dependence = (substance: RegExp): RegExp[] => [
  substance,
  /\bdependen|\b(?:moderate|severe)\b|alcoholism/i,
  REMISSION,
];

const only = (word: string): RegExp => new RegExp(`^(?!.*\\b(?:${word})\\b)`, 'i');

/** Codes by what a problem says beside the name of the condition; the names are ours. The more it says, the better it fits. */
export const specificCodes: readonly SpecificCode[] = [
  {
    code: 'E10.42',
    description: 'type 1 diabetes with polyneuropathy',
    says: [DIABETES_1, /\b(?:poly|peripheral )\w*neuropathy\b/i],
  },
  {
    code: 'E11.42',
    description: 'type 2 diabetes with polyneuropathy',
    says: [DIABETES_2, /\b(?:poly|peripheral )\w*neuropathy\b/i],
  },
  {
    code: 'E11.65',
    description: 'type 2 diabetes with hyperglycemia',
    says: [DIABETES_2, /\b(?:hyperglyc\w+|poorly controlled|out of control)\b/i],
  },
  {
    code: 'E11.22',
    description: 'type 2 diabetes with chronic kidney disease',
    says: [
      DIABETES_2,
      /\bdiabetic (?:chronic )?(?:kidney disease|ckd)\b|\bwith (?:diabetic )?(?:chronic kidney disease|ckd)\b/i,
    ],
  },
  { code: 'E11.21', description: 'type 2 diabetes with nephropathy', says: [DIABETES_2, /\bnephropathy\b/i] },
  { code: 'N18.31', description: 'chronic kidney disease stage 3a', says: [KIDNEY, /\b3 ?a\b/i] },
  { code: 'N18.32', description: 'chronic kidney disease stage 3b', says: [KIDNEY, /\b3 ?b\b/i] },
  {
    code: 'J45.21',
    description: 'mild intermittent asthma with exacerbation',
    says: [ASTHMA, WORSE, /\bintermittent\b/i],
  },
  {
    code: 'J45.31',
    description: 'mild persistent asthma with exacerbation',
    says: [ASTHMA, WORSE, /\bmild persistent\b/i],
  },
  {
    code: 'J45.41',
    description: 'moderate persistent asthma with exacerbation',
    says: [ASTHMA, WORSE, /\bmoderate persistent\b/i],
  },
  {
    code: 'J45.51',
    description: 'severe persistent asthma with exacerbation',
    says: [ASTHMA, WORSE, /\bsevere persistent\b/i],
  },
  { code: 'J45.901', description: 'asthma with exacerbation', says: [ASTHMA, WORSE] },
  {
    code: 'J96.01',
    description: 'acute respiratory failure with hypoxia',
    says: [/\brespiratory failure\b/i, /\bacute\b/i, /\bhypox/i, only('chronic')],
  },
  { code: 'F31.70', description: 'bipolar disorder in remission', says: [/\bbipolar\b/i, REMISSION] },
  { code: 'F10.21', description: 'alcohol dependence in remission', says: dependence(/\balcohol/i) },
  { code: 'F11.21', description: 'opioid dependence in remission', says: dependence(/\bopioid/i) },
  { code: 'F12.21', description: 'cannabis dependence in remission', says: dependence(/\bcannabis|\bmarijuana/i) },
  {
    code: 'G43.109',
    description: 'migraine with aura',
    says: [MIGRAINE, /\bwith aura\b/i, only('intractable|chronic')],
  },
  {
    code: 'G43.009',
    description: 'migraine without aura',
    says: [MIGRAINE, /\bwithout aura\b/i, only('intractable|chronic')],
  },
  {
    code: 'G35.A',
    description: 'relapsing-remitting multiple sclerosis',
    says: [/\bmultiple sclerosis\b|\bms\b/i, /\brelapsing[- ]remitting\b/i],
  },
  { code: 'H66.91', description: 'right otitis media', says: [EAR, /\bright\b/i, only('left')] },
  { code: 'H66.92', description: 'left otitis media', says: [EAR, /\bleft\b/i, only('right')] },
  { code: 'H66.93', description: 'bilateral otitis media', says: [EAR, /\b(?:bilateral|both)\b/i] },
  {
    code: 'M17.11',
    description: 'primary osteoarthritis of the right knee',
    says: [ARTHRITIS, /\bknee\b/i, /\bright\b/i, only('left|traumatic')],
  },
  {
    code: 'M17.12',
    description: 'primary osteoarthritis of the left knee',
    says: [ARTHRITIS, /\bknee\b/i, /\bleft\b/i, only('right|traumatic')],
  },
  {
    code: 'M17.0',
    description: 'primary osteoarthritis of both knees',
    says: [ARTHRITIS, /\bknees?\b/i, /\b(?:bilateral|both)\b/i],
  },
  {
    code: 'M16.11',
    description: 'primary osteoarthritis of the right hip',
    says: [ARTHRITIS, /\bhip\b/i, /\bright\b/i, only('left|traumatic')],
  },
  {
    code: 'M16.12',
    description: 'primary osteoarthritis of the left hip',
    says: [ARTHRITIS, /\bhip\b/i, /\bleft\b/i, only('right|traumatic')],
  },
  { code: 'I48.0', description: 'paroxysmal atrial fibrillation', says: [FIBRILLATION, /\bparoxysmal\b/i] },
  { code: 'I48.21', description: 'permanent atrial fibrillation', says: [FIBRILLATION, /\bpermanent\b/i] },
  {
    code: 'I50.21',
    description: 'acute systolic heart failure',
    says: [FAILURE, SYSTOLIC, /\bacute\b/i, only('chronic')],
  },
  {
    code: 'I50.22',
    description: 'chronic systolic heart failure',
    says: [FAILURE, SYSTOLIC, /\bchronic\b/i, only('acute')],
  },
  {
    code: 'I50.23',
    description: 'acute on chronic systolic heart failure',
    says: [FAILURE, SYSTOLIC, /\bacute on chronic\b/i],
  },
  {
    code: 'I50.31',
    description: 'acute diastolic heart failure',
    says: [FAILURE, DIASTOLIC, /\bacute\b/i, only('chronic')],
  },
  {
    code: 'I50.32',
    description: 'chronic diastolic heart failure',
    says: [FAILURE, DIASTOLIC, /\bchronic\b/i, only('acute')],
  },
  {
    code: 'I50.33',
    description: 'acute on chronic diastolic heart failure',
    says: [FAILURE, DIASTOLIC, /\bacute on chronic\b/i],
  },
  { code: 'E66.811', description: 'obesity, class 1', says: [/\bobesity\b/i, /\bclass (?:1|i|one)\b/i] },
  { code: 'E66.812', description: 'obesity, class 2', says: [/\bobesity\b/i, /\bclass (?:2|ii|two)\b/i] },
  { code: 'E66.813', description: 'obesity, class 3', says: [/\bobesity\b/i, /\bclass (?:3|iii|three)\b/i] },
];

/** The codes whose every mark stands in a problem. */
export function specificCodesOf(problem: string): SpecificCode[] {
  return specificCodes.filter(({ says }) => says.every((pattern) => pattern.test(problem)));
}

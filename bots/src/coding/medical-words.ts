import { stem } from '../kit/text/index.ts';

/** Words that the code table writes in another way: one line per meaning, the table's word first. */
const same = `
kidney renal nephric
liver hepatic
heart cardiac
lung pulmonary
stomach gastric
brain cerebral
skin cutaneous
bone osseous
bladder vesical
womb uterus uterine
eye ocular ophthalmic
ear aural otic
mouth oral
cheek buccal
vagus vagal
sphenoid sphenoidal
throat pharyngeal
nose nasal
tooth dental
breast mammary
ovary ovarian
testis testicular testicle
prostate prostatic
pancreas pancreatic
spleen splenic
thyroid
intestine intestinal bowel enteric
colon colonic
rectum rectal
anus anal
esophagus esophageal oesophageal oesophagus
bronchus bronchial
artery arterial
vein venous
nerve neural neuropathic
muscle muscular
joint articular
vertebra vertebral
bile biliary
blood hematologic haematologic
lymph lymphatic
anemia anaemia
edema oedema
tumor tumour
hemorrhage haemorrhage bleeding
diarrhea diarrhoea
leukemia leukaemia
disorder disease
fracture broken
pain ache
infection infectious
hereditary inherited familial
congenital
deficiency deficient
newborn neonatal infantile neonate
pregnancy gestational
ulcer ulceration
cyst cystic
stenosis narrowing stricture
calculus stone lithiasis
inflammation inflammatory
poisoning toxicity
abscess
polyp polyps polyposis
dislocation
sprain strain
laceration
contusion bruise
open
malignant cancerous
neoplasm tumor
fatty steatosis
childhood juvenile
postprocedural postoperative postsurgical
cervix cervical
peripheral
immunoglobulin ig
attention
alcohol alcoholic
syphilis syphilitic luetic
tuberculosis tuberculous
gonococcal gonorrheal gonorrhea
streptococcal strep
staphylococcal staph
rheumatic
nonrheumatic
trachea tracheal
larynx laryngeal
tonsil tonsillar
gallbladder cholecystic
adrenal suprarenal
pituitary hypophyseal
parathyroid
meninges meningeal
retina retinal
cornea corneal
conjunctiva conjunctival
eyelid palpebral
lip labial
tongue lingual
gum gingival
jaw mandibular
finger digital
toe
nail ungual
hair
vulva vulvar
vagina vaginal
penis penile
urethra urethral
ureter ureteral ureteric
pelvis pelvic
abdomen abdominal
chest thoracic
peritoneum peritoneal
pleura pleural
pericardium pericardial
myocardium myocardial
aorta aortic
hypertension hypertensive
`;

const normal = new Map<string, string>();
for (const line of same.trim().split('\n')) {
  const words = line.split(' ').map(stem);
  for (const word of words) {
    if (!normal.has(word)) {
      normal.set(word, words[0] ?? word);
    }
  }
}

/** Phrases that the code table writes in another way. */
const phrases: readonly (readonly [RegExp, string])[] = [
  [/\b(?:adeno)?carcinoma in situ\b/g, 'insitucarcinoma'],
  [
    /\b(?:adenocarcinoma|squamous cell carcinoma|carcinoma|cancer|malignant (?:tumou?r|neoplasm)|sarcoma)\b/g,
    'malignant neoplasm',
  ],
  [/\bbenign (?:tumou?r|neoplasm)\b/g, 'benign neoplasm'],
  [/\bca\b(?= |$)/g, 'malignant neoplasm'],
  [/\btumou?rs? of\b/g, 'malignant neoplasm of'],
  [/\bpost[- ](?:surgical|operative|procedural)\b/g, 'postprocedural'],
  [/\bpost[- ]?natal\b/g, 'postpartum'],
  [/\bacute lymphocytic\b/g, 'acute lymphoblastic'],
  [/\bvitamin b1\b/g, 'thiamine'],
  [/\bvitamin b2\b/g, 'riboflavin'],
  [/\bvitamin b3\b/g, 'niacin'],
  [/\bvitamin b6\b/g, 'pyridoxine'],
  [/\bvitamin c\b/g, 'ascorbic acid'],
  [
    /\b(?:autosomal|x-linked|recessive|dominant|isolated|idiopathic|susceptibility|with or without|non-?resectable|resectable)\b/g,
    ' ',
  ],
  [/\b(?<=[a-z] )(?:type )?(?:\d{1,2}[a-z]?|[ivx]{1,4}[a-z]?)$/g, ' '],
  [/\bneoplasm of uncertain behavior\b/g, 'uncertainneoplasm'],
  [/\btype (?:i|one|1)\b/g, 'type1'],
  [/\btype (?:ii|two|2)\b/g, 'type2'],
  [/\bstage (?:iii|three|3)\b/g, 'stage3'],
  [/\bherniated\b/g, 'displacement'],
  [/\bbleed\b/g, 'hemorrhage'],
  [/\bcold\b/g, 'nasopharyngitis'],
  [/\bpox\b/g, 'pox'],
  [/\bnot otherwise specified\b|\bnos\b/g, 'unspecified'],
  [/\bfoot\b/g, 'foot'],
];

/** Words that say little in names of diseases. */
const LITTLE = new Set(
  [
    'of',
    'the',
    'and',
    'with',
    'or',
    'in',
    'to',
    'due',
    'by',
    'a',
    'an',
    'for',
    'on',
    'at',
    'from',
    'other',
    'not',
    'elsewhere',
    'classified',
    'disease',
    'syndrome',
    'disorder',
    'without',
    'form',
    'primary',
  ].map(stem),
);

/** The words of a disease's name as the code table would write them; possessives and endings dropped. */
export function medicalWords(text: string): string[] {
  let plain = text
    .toLowerCase()
    .replace(/['’]s\b/g, '')
    .replace(/[[\]()/,-]/g, ' ');
  for (const [pattern, written] of phrases) {
    plain = plain.replace(pattern, written);
  }
  return (plain.match(/[a-z0-9]+/g) ?? []).map(stem).map((word) => normal.get(word) ?? word);
}

/** Does a word say little in a name? It still counts, but hardly. */
export function saysLittle(word: string): boolean {
  return LITTLE.has(word);
}

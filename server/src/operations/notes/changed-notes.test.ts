// Changes that look harmless: spaces, look-alike letters, spellings of Unicode and HTML, spans moved or exchanged, sentences lost or gained.
import type { Composition, DocumentReference } from '@medplum/fhirtypes';
import { expect, test } from 'vitest';
import { checkNote } from './check-note.ts';
import type { NoteEvidence } from './note-evidence.ts';
import { notePartsOf } from './note-parts.ts';
import { sha256 } from './sha256.ts';
import type { SourceTexts } from './source-text.ts';
import { draftComposition, draftDocument, draftEvidence, transcript } from './testing.ts';

const TRANSCRIPT = 'DocumentReference/t1/_history/1';
const ENGINE = 'soap-test/1.0.0';
const visit = {
  patient: 'Patient/p1',
  encounter: 'Encounter/e1',
  clinician: 'Practitioner/dr',
  transcript: TRANSCRIPT,
};
const sources: SourceTexts = new Map([[TRANSCRIPT, { kind: 'transcript', ...transcript }]]);

/** Each gives a text that reads much the same, or says something else. */
const rewritings: Readonly<Record<string, (text: string, n: number) => string>> = {
  'a doubled space': (text, n) => nth(text, / /g, n, '  '),
  'a space that does not break': (text, n) => nth(text, / /g, n, '\u00a0'),
  'a space of no width': (text, n) => nth(text, /(?<=[a-z])(?=[a-z])/g, n, '\u200b'),
  'a letter that looks alike': (text, n) =>
    nth(text, /[aeop]/g, n, (letter) => ({ a: 'а', e: 'е', o: 'о', p: 'р' })[letter] ?? ''),
  'letters in parts': (text, n) => nth(text, /[aeou]/g, n, (letter) => `${letter}\u0301`),
  'another case': (text, n) => nth(text, /[a-z]/g, n, (letter) => letter.toUpperCase()),
  'an HTML entity': (text, n) => nth(text, /[a-z]/g, n, (letter) => `&#${letter.charCodeAt(0)};`),
  'a denial lost': (text) => text.replace(/, no fever/, ', fever'),
  'another number': (text, n) => nth(text, /\d/g, n, (digit) => String((Number(digit) + 1) % 10)),
  'a word lost': (text, n) => nth(text, /\b[a-z]{3,} /g, n, ''),
  'a sentence more': (text) => text.replace(/(?<=\w)(?=\W*$)/, ' and oxycodone 10 mg daily'),
};

function nth(text: string, pattern: RegExp, n: number, by: string | ((found: string) => string)): string {
  const found = [...text.matchAll(pattern)];
  const match = found[n % Math.max(1, found.length)];
  if (!match) {
    return text;
  }
  const written = typeof by === 'string' ? by : by(match[0]);
  return text.slice(0, match.index) + written + text.slice(match.index + match[0].length);
}

const decoded = (data: string): string => Buffer.from(data, 'base64').toString();
const encoded = (text: string): string => Buffer.from(text).toString('base64');

/** Rewrites one of the places in which a note is kept; undefined where the words are not in it. */
function rewritten(place: number, rewrite: (text: string, n: number) => string, n: number): number | undefined {
  const evidence = draftEvidence(TRANSCRIPT);
  const document: DocumentReference = structuredClone(draftDocument(evidence, visit, 'Composition/c1'));
  const composition: Composition = structuredClone(draftComposition(evidence, visit));
  let from = sources;
  let isChanged = false;
  const by = (text: string): string => {
    const after = rewrite(text, n);
    isChanged ||= after !== text;
    return after;
  };
  if (place < 2) {
    const attachment = document.content[place]?.attachment as { data: string };
    attachment.data = encoded(by(decoded(attachment.data)));
  } else if (place === 2) {
    const narrative = composition.section?.[n % 4]?.text as { div: string };
    narrative.div = narrative.div.replace(/(?<=<p>)[^<]+/, by);
  } else {
    const { start = 0, end = 0 } = evidence.sentences[n % evidence.sentences.length]?.support[0] ?? {};
    const text = transcript.text.slice(0, start) + by(transcript.text.slice(start, end)) + transcript.text.slice(end);
    from = new Map([[TRANSCRIPT, { kind: 'transcript', text, turns: transcript.turns }]]);
  }
  return isChanged ? refusals(document, composition, from) : undefined;
}

function refusals(document: DocumentReference, composition: Composition, from: SourceTexts): number {
  const parts = notePartsOf(document, composition);
  return 'key' in parts ? 1 : checkNote(parts, from, ENGINE).length;
}

test.each(Object.entries(rewritings))('%s in note, evidence, narrative or transcript is refused', (_kind, rewrite) => {
  const passed: string[] = [];
  let tried = 0;
  for (let place = 0; place < 4; place++) {
    for (let n = 0; n < 25; n++) {
      const found = rewritten(place, rewrite, n);
      tried += found === undefined ? 0 : 1;
      if (found === 0) {
        passed.push(`${place}/${n}`);
      }
    }
  }
  expect(tried).toBeGreaterThan(10);
  expect(passed).toEqual([]);
});

test.each<[string, (evidence: NoteEvidence) => void]>([
  ['moved by one', (e) => shift(e, 1)],
  ['moved to another turn', (e) => shift(e, 40)],
  ['of an earlier version', (e) => Object.assign(supportOf(e, 0), { source: 'DocumentReference/t1/_history/0' })],
  ['of another transcript', (e) => Object.assign(supportOf(e, 0), { source: 'DocumentReference/t2/_history/1' })],
  ['that is real, and of another matter', (e) => cite(e, 'That sounds good.')],
  ['without its turn', (e) => Object.assign(supportOf(e, 0), { turn: undefined })],
])('evidence %s is refused', (_kind, change) => {
  const evidence = structuredClone(draftEvidence(TRANSCRIPT));
  change(evidence);
  expect(
    refusals(draftDocument(evidence, visit, 'Composition/c1'), draftComposition(evidence, visit), sources),
  ).toBeGreaterThan(0);
});

type Support = NoteEvidence['sentences'][number]['support'][number];
function supportOf(evidence: NoteEvidence, at: number): Support {
  return evidence.sentences[at]?.support[0] as Support;
}
function cite(evidence: NoteEvidence, quote: string): void {
  const start = transcript.text.indexOf(quote);
  const turn = transcript.turns.find((each) => each.start <= start && start < each.end)?.turn;
  Object.assign(supportOf(evidence, 0), { turn, start, end: start + quote.length, quote, sha256: sha256(quote) });
}
function shift(evidence: NoteEvidence, by: number): void {
  const moved = supportOf(evidence, 0);
  Object.assign(moved, { start: moved.start + by, end: moved.end + by });
}

// Evidence-gated signature (ai.md §2): spans are UTF-16 and half-open, hashes SHA-256; one wrong character keeps a note unsigned.
import type { Composition, DocumentReference } from '@medplum/fhirtypes';
import { describe, expect, test } from 'vitest';
import { checkNote, type Refusal } from './check-note.ts';
import { editNote } from './edit-note.ts';
import { unsupportedWords } from './edited-words.ts';
import { type NoteEvidence, parseEvidence } from './note-evidence.ts';
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
const editor = { reference: visit.clinician, at: '2026-01-15T11:00:00.000Z' };
const sources: SourceTexts = new Map([[TRANSCRIPT, { kind: 'transcript', ...transcript }]]);

const noteOf = (evidence: NoteEvidence): [DocumentReference, Composition] => [
  draftDocument(evidence, visit, 'Composition/c1'),
  draftComposition(evidence, visit),
];

function refusalsOf(document: DocumentReference, composition: Composition, from = sources): Refusal[] {
  const parts = notePartsOf(document, composition);
  return 'key' in parts ? [parts] : checkNote(parts, from, ENGINE);
}

const keysOf = (evidence: NoteEvidence): string[] =>
  refusalsOf(...noteOf(evidence)).map(({ key, sentence }) => `${key} ${sentence ?? ''}`.trim());

function changed(change: (evidence: NoteEvidence) => unknown): NoteEvidence {
  const evidence = structuredClone(draftEvidence(TRANSCRIPT));
  change(evidence);
  return evidence;
}

/** Small and seeded, so that a failure can be made again. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state % below;
  };
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,:;-_/"\'<>{}[]\u00e9\u200b';

function oneCharacterChanged(text: string, random: (below: number) => number): string {
  const at = random(text.length);
  const others = [...ALPHABET].filter((character) => character !== text[at]);
  return text.slice(0, at) + others[random(others.length)] + text.slice(at + 1);
}

const recoded = (data: string, random: (below: number) => number): string =>
  Buffer.from(oneCharacterChanged(Buffer.from(data, 'base64').toString(), random)).toString('base64');

/** Changes one character in one of the places where a note, its evidence or its transcript is kept. */
function fuzzed(n: number): [DocumentReference, Composition, SourceTexts] {
  const random = randomOf(n + 1);
  const [document, composition] = structuredClone(noteOf(draftEvidence(TRANSCRIPT)));
  const place = n % 5;
  if (place < 3) {
    const attachment = document.content[place === 0 ? 0 : 1]?.attachment as { data: string };
    attachment.data = place === 2 ? oneCharacterChanged(attachment.data, random) : recoded(attachment.data, random);
    return [document, composition, sources];
  }
  if (place === 3) {
    const narrative = composition.section?.[random(4)]?.text as { div: string };
    narrative.div = oneCharacterChanged(narrative.div, random);
    return [document, composition, sources];
  }
  const { support } = draftEvidence(TRANSCRIPT).sentences[random(5)] as NoteEvidence['sentences'][number];
  const { start = 0, end = 0 } = support[0] ?? {};
  const words = oneCharacterChanged(transcript.text.slice(start, end), random);
  const text = transcript.text.slice(0, start) + words + transcript.text.slice(end);
  return [document, composition, new Map([[TRANSCRIPT, { kind: 'transcript', text, turns: transcript.turns }]])];
}

describe('the gate', () => {
  test('lets an honest note pass', () => {
    expect(keysOf(draftEvidence(TRANSCRIPT))).toEqual([]);
  });

  test('refuses each of 1,000 notes with one character changed in note, evidence or transcript', () => {
    const passed: number[] = [];
    for (let n = 0; n < 1000; n++) {
      const [document, composition, from] = fuzzed(n);
      if (refusalsOf(document, composition, from).length === 0) {
        passed.push(n);
      }
    }
    expect(passed).toEqual([]);
  });

  test('is needed: nearly all of them would pass where evidence only has to be there', () => {
    const passing = Array.from({ length: 1000 }, (_, n) => fuzzed(n)).filter(([document, composition]) => {
      const parts = notePartsOf(document, composition);
      return 'evidence' in parts && parts.evidence.sentences.every(({ support: each }) => each.length > 0);
    });
    expect(passing.length).toBeGreaterThan(500);
  });

  const first = (e: NoteEvidence, change: Partial<Sentence>) => Object.assign(e.sentences[0] as Sentence, change);
  const quoted = (e: NoteEvidence, change: Partial<Sentence['support'][number]>) => Object.assign(support(e), change);
  const repeated = (e: NoteEvidence) => e.sentences.push(structuredClone(e.sentences[4] as Sentence));

  test.each<[string, (evidence: NoteEvidence) => unknown, string]>([
    ['no evidence', (e) => first(e, { support: [] }), 'note-evidence-missing s1'],
    ['a span one too long', (e) => quoted(e, { end: support(e).end + 1 }), 'note-evidence-unresolved s1'],
    ['an empty span', (e) => quoted(e, { end: support(e).start }), 'note-evidence-unresolved s1'],
    ['another turn', (e) => quoted(e, { turn: 1 }), 'note-evidence-unresolved s1'],
    ['a hash of other words', (e) => quoted(e, { sha256: 'a'.repeat(64) }), 'note-evidence-unresolved s1'],
    ['a version that is not there', (e) => quoted(e, { source: `${TRANSCRIPT}2` }), 'note-evidence-unresolved s1'],
    ['a mark by nobody', (e) => first(e, { origin: 'human' }), 'note-evidence-missing s1'],
    [
      'a mark by somebody else',
      (e) => first(e, { origin: 'human', writtenBy: 'Practitioner/x' }),
      'note-evidence-missing s1',
    ],
    ['one sentence twice', repeated, 'note-text-mismatch'],
    ['another engine', (e) => Object.assign(e.engine, { version: '1.0.1' }), 'note-engine-unknown'],
    ['a section left out', (e) => e.sections.pop(), 'note-text-mismatch'],
  ])('refuses %s', (_name, change, key) => {
    expect(keysOf(changed(change))).toContain(key);
  });

  test('takes evidence from an element of a record, where it says the same', () => {
    const source = 'Observation/o1/_history/2';
    const resource = { resourceType: 'Observation', status: 'final', code: {}, valueQuantity: { value: 145 } } as const;
    const withRecord: SourceTexts = new Map([...sources, [source, { kind: 'record', resource }]]);
    const at = (path: string, quote: string) => {
      const evidence = changed((e) => {
        const resting = { source, path, start: 0, end: quote.length, quote, sha256: sha256(quote) };
        (e.sentences[2] as Sentence).support = [resting];
      });
      return refusalsOf(...noteOf(evidence), withRecord).length;
    };
    expect(at('valueQuantity.value', '145')).toBe(0);
    expect(at('valueQuantity.value', '146')).toBe(1);
    expect(at('valueQuantity.unit', '145')).toBe(1);
    expect(at('constructor.name', 'Object')).toBe(1);
  });

  test('reads the type of the text letter by letter', () => {
    for (const [contentType, refused] of [
      ['text/plain; charset=utf-8', 0],
      ['text/Plain', 1],
    ] as const) {
      const [document, composition] = structuredClone(noteOf(draftEvidence(TRANSCRIPT)));
      Object.assign(document.content[0]?.attachment ?? {}, { contentType });
      expect(refusalsOf(document, composition, sources)).toHaveLength(refused);
    }
  });

  test('reads evidence in one spelling only', () => {
    const text = JSON.stringify(draftEvidence(TRANSCRIPT));
    expect(parseEvidence(text)).toBeDefined();
    expect(parseEvidence(` ${text}`)).toBeUndefined();
    expect(parseEvidence(text.replace('"s1"', '"\\u0073\\u0031"'))).toBeUndefined();
    expect(parseEvidence(text.replace('"version":1', '"version":1,"more":1'))).toBeUndefined();
  });
});

type Sentence = NoteEvidence['sentences'][number];
function support(evidence: NoteEvidence): Sentence['support'][number] {
  return evidence.sentences[0]?.support[0] as Sentence['support'][number];
}

describe('edits', () => {
  const draft = draftEvidence(TRANSCRIPT);
  const after = (edits: Parameters<typeof editNote>[1]) => editNote(draft, edits, editor);

  test('keep the evidence of a sentence whose new words stand in its quotes', () => {
    const text = 'Chest pain since Monday, no fever.';
    const { evidence } = after([{ kind: 'change', id: 's1', text, isHuman: false }]);
    expect(evidence.sentences[0]).toMatchObject({ origin: 'edited', text, editedBy: visit.clinician });
    expect(keysOf(evidence)).toEqual([]);
    expect(
      keysOf(editNote(evidence, [{ kind: 'change', id: 's1', text: DRAFT_1, isHuman: false }], editor).evidence),
    ).toEqual([]);
  });

  test.each([
    ['another number', 'The patient has had chest pain since Monday, no fever, for 3 days.'],
    ['another word', 'The patient has had back pain since Monday, no fever.'],
    ['a lost negation', 'The patient has had chest pain since Monday, fever.'],
  ])('need the mark of the person for %s', (_name, text) => {
    expect(() => after([{ kind: 'change', id: 's1', text, isHuman: false }])).toThrow(
      expect.objectContaining({ status: 422 }),
    );
    const { evidence } = after([{ kind: 'change', id: 's1', text, isHuman: true }]);
    expect(evidence.sentences[0]).toMatchObject({ origin: 'human', writtenBy: visit.clinician, support: [] });
    expect(keysOf(evidence)).toEqual([]);
  });

  test('take out, and add what the person writes', () => {
    const { text, evidence } = after([
      { kind: 'remove', id: 's2' },
      { kind: 'add', section: 'plan', text: 'Return at once if it gets worse.', after: 's5' },
    ]);
    expect(text).not.toContain('lisinopril');
    expect(text.endsWith('Return at once if it gets worse.\n')).toBe(true);
    expect(evidence.sentences.at(-1)).toMatchObject({ sentenceId: 'h1', origin: 'human', section: 'plan' });
    expect(keysOf(evidence)).toEqual([]);
  });

  test('cannot name a sentence or section that is not there', () => {
    const refused = expect.objectContaining({ status: 422 });
    expect(() => after([{ kind: 'remove', id: 's9' }])).toThrow(refused);
    expect(() => after([{ kind: 'add', section: 'history', text: 'x' }])).toThrow(refused);
  });
});

const DRAFT_1 = 'The patient has had chest pain since Monday, no fever.';

test('words beyond the evidence are those added and unsaid, and the negations and numbers lost', () => {
  expect(unsupportedWords('He denies pain.', 'He has pain.', ['no pain'])).toEqual(['denies']);
  expect(unsupportedWords('Take 10 mg.', 'Take 20 mg.', ['take ten'])).toEqual(['20', '10']);
  expect(unsupportedWords('Take 10 mg.', 'Take 10 mg daily.', ['10 mg daily'])).toEqual([]);
});

import type { DocumentReference } from '@medplum/fhirtypes';
import { expect, test } from 'vitest';
import { keepNoteLifeCycle } from './note-life-cycle.ts';

const AIAST = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'AIAST' };
const DRAFT: DocumentReference = {
  resourceType: 'DocumentReference',
  meta: { security: [AIAST] },
  status: 'current',
  docStatus: 'preliminary',
  authenticator: { reference: 'Practitioner/dr' },
  content: [{ attachment: { data: 'bm90ZQ==' } }],
};
const FINAL: DocumentReference = { ...DRAFT, docStatus: 'final' };
const bot = { profile: 'Bot/scribe', isBot: true };
const dr = { profile: 'Practitioner/dr', isBot: false, isSteppedUp: true };
const other = { profile: 'Practitioner/other', isBot: false, isSteppedUp: true };
const status = (expected: number) => expect.objectContaining({ status: expected });

test('S47: an AI writes drafts that are addressed to somebody, and nothing else', () => {
  expect(keepNoteLifeCycle(undefined, DRAFT, bot)).toBe(DRAFT);
  for (const skipped of [FINAL, { ...DRAFT, docStatus: undefined }, { ...DRAFT, authenticator: undefined }]) {
    expect(() => keepNoteLifeCycle(undefined, skipped, bot)).toThrow(status(422));
    expect(() => keepNoteLifeCycle(undefined, skipped, dr)).toThrow(status(422));
  }
});

test('S47: the clinician to whom it is addressed signs, with a fresh proof; nobody else, no bot', () => {
  expect(keepNoteLifeCycle(DRAFT, FINAL, dr)).toEqual(FINAL);
  expect(() => keepNoteLifeCycle(DRAFT, FINAL, other)).toThrow(status(403));
  expect(() => keepNoteLifeCycle(DRAFT, FINAL, { ...dr, isBot: true })).toThrow(status(403));
  expect(() => keepNoteLifeCycle(DRAFT, FINAL, { ...dr, isSteppedUp: false })).toThrow(status(403));
  const taken = { ...FINAL, authenticator: { reference: 'Practitioner/other' } };
  expect(() => keepNoteLifeCycle(DRAFT, taken, other)).toThrow(status(422));
});

test('S47: the label of its origin stays', () => {
  expect(keepNoteLifeCycle<DocumentReference>(DRAFT, { ...FINAL, meta: undefined }, dr).meta?.security).toEqual([
    AIAST,
  ]);
});

test('S47: what is signed says the same for ever, whoever wrote it', () => {
  for (const meta of [FINAL.meta, undefined]) {
    const signed: DocumentReference = { ...FINAL, meta };
    const changed = { ...signed, content: [{ attachment: { data: 'b3RoZXI=' } }] };
    expect(() => keepNoteLifeCycle(signed, changed, dr)).toThrow(status(422));
    expect(() => keepNoteLifeCycle(signed, { ...signed, docStatus: 'preliminary' }, dr)).toThrow(status(422));
    const superseded: DocumentReference = { ...signed, status: 'superseded' };
    expect(keepNoteLifeCycle(signed, superseded, other)).toEqual(superseded);
  }
});

test('notes that people write are theirs', () => {
  const own: DocumentReference = { ...FINAL, meta: undefined };
  expect(keepNoteLifeCycle(undefined, own, other)).toBe(own);
});

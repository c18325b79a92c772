import type { DocumentReference } from '@medplum/fhirtypes';
import { expect, test } from 'vitest';
import { keepNote, keepNoteLifeCycle } from './note-life-cycle.ts';

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
const dr = { profile: 'Practitioner/dr', isBot: false };
const other = { profile: 'Practitioner/other', isBot: false };
const status = (expected: number) => expect.objectContaining({ status: expected });

test('S47: an AI writes drafts that are addressed to somebody, and nothing else', () => {
  expect(keepNoteLifeCycle(undefined, DRAFT, bot)).toBe(DRAFT);
  for (const skipped of [FINAL, { ...DRAFT, docStatus: undefined }, { ...DRAFT, authenticator: undefined }]) {
    expect(() => keepNoteLifeCycle(undefined, skipped, bot)).toThrow(status(422));
    expect(() => keepNoteLifeCycle(undefined, skipped, dr)).toThrow(status(422));
  }
});

const REVIEWED = { system: 'https://mindbridge.health/fhir/CodeSystem/note-status', code: 'reviewed' };

test('S47: no plain write edits or signs a draft; the clinician to whom it is addressed discards it, and nobody else', () => {
  const discarded: DocumentReference = { ...DRAFT, docStatus: 'entered-in-error' };
  expect(keepNoteLifeCycle(DRAFT, discarded, dr)).toEqual(discarded);
  expect(() => keepNoteLifeCycle(DRAFT, discarded, other)).toThrow(status(403));
  expect(() => keepNoteLifeCycle(DRAFT, discarded, { ...dr, isBot: true })).toThrow(status(403));
  expect(() => keepNoteLifeCycle(DRAFT, FINAL, dr)).toThrow(status(422));
  expect(() => keepNoteLifeCycle(DRAFT, FINAL, other)).toThrow(status(403));
  const edited: DocumentReference = { ...DRAFT, content: [{ attachment: { data: 'b3RoZXI=' } }] };
  expect(() => keepNoteLifeCycle(DRAFT, edited, dr)).toThrow(status(422));
  const taken = { ...DRAFT, authenticator: { reference: 'Practitioner/other' } };
  expect(() => keepNoteLifeCycle(DRAFT, taken, other)).toThrow(status(422));
});

test('S47: how far a draft has come is for the server to say', () => {
  const tagged: DocumentReference = { ...DRAFT, meta: { security: [AIAST], tag: [REVIEWED] } };
  expect(() => keepNoteLifeCycle(undefined, tagged, bot)).toThrow(status(422));
  expect(keepNoteLifeCycle(DRAFT, tagged, dr).meta?.tag).toBeUndefined();
  expect(keepNoteLifeCycle(tagged, DRAFT, dr).meta?.tag).toEqual([REVIEWED]);
});

test('S47: a note of an AI is not deleted', () => {
  expect(() => keepNote(FINAL)).toThrow(status(422));
  expect(() => keepNote({ ...FINAL, meta: undefined })).not.toThrow();
});

test('S47: the label of its origin stays', () => {
  expect(keepNoteLifeCycle<DocumentReference>(DRAFT, { ...DRAFT, meta: undefined }, dr).meta?.security).toEqual([
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
    const amended: DocumentReference = { ...signed, docStatus: 'amended' };
    expect(keepNoteLifeCycle(signed, amended, other)).toEqual(amended);
    expect(() => keepNoteLifeCycle(amended, { ...changed, docStatus: 'amended' }, dr)).toThrow(status(422));
    const told = { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">x</div>' } as const;
    expect(() => keepNoteLifeCycle(signed, { ...signed, text: told }, dr)).toThrow(status(422));
  }
});

test('notes that people write are theirs', () => {
  const own: DocumentReference = { ...FINAL, meta: undefined };
  expect(keepNoteLifeCycle(undefined, own, other)).toBe(own);
});

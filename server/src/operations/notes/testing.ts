import type {
  Binary,
  Bundle,
  BundleEntry,
  Composition,
  Device,
  DocumentReference,
  Resource,
  Task,
} from '@medplum/fhirtypes';
import {
  aiLabel,
  documentCoding,
  documentFormatCoding,
  identifierSystem,
  loincCoding,
  noteStatusCoding,
  taskCoding,
} from '@mindbridge/fhir-profiles';
import { evidenceText, type NoteEvidence, type NoteSentence } from './note-evidence.ts';
import { sectionCodings, TEMPLATES } from './note-template.ts';
import { noteText, sectionDiv } from './note-text.ts';
import { sha256 } from './sha256.ts';
import { type CanonicalTranscript, canonicalTranscript, spokenTurns } from './transcript-text.ts';

/** What was said in the visit of the tests. */
export const SPOKEN = `[doctor] Good morning, what brings you in today?
[patient] I have had chest pain since Monday, no fever.
[doctor] Your blood pressure is 145 over 90.
[patient] I take lisinopril 10 mg every day.
[doctor] I think it is costochondritis. Take ibuprofen 400 mg as needed and come back in two weeks.
[patient] That sounds good.`;

/** Sentences of a draft: section, words, and what was said for them. */
const DRAFTED = [
  [
    'subjective',
    'The patient has had chest pain since Monday, no fever.',
    'I have had chest pain since Monday, no fever.',
  ],
  ['subjective', 'The patient takes lisinopril 10 mg every day.', 'I take lisinopril 10 mg every day.'],
  ['objective', 'Blood pressure is 145/90.', 'Your blood pressure is 145 over 90.'],
  ['assessment', 'Costochondritis.', 'I think it is costochondritis.'],
  ['plan', 'Ibuprofen 400 mg as needed.', 'Take ibuprofen 400 mg as needed and come back in two weeks.'],
] as const;

const encoded = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

/** The transcript of the tests in its canonical form. */
export const transcript: CanonicalTranscript = canonicalTranscript(spokenTurns(SPOKEN));

/** The evidence of the tests' draft; `source` is the versioned reference of the transcript. */
export function draftEvidence(source: string): NoteEvidence {
  const sentences = DRAFTED.map(([section, text, quote], i): NoteSentence => {
    const start = transcript.text.indexOf(quote);
    const turn = transcript.turns.find((each) => each.start <= start && start < each.end)?.turn as number;
    return {
      sentenceId: `s${i + 1}`,
      section,
      start: 0,
      end: 0,
      text,
      origin: 'ai',
      verdict: 'supported',
      support: [{ source, turn, start, end: start + quote.length, quote, sha256: sha256(quote) }],
    };
  });
  return {
    version: 1,
    template: 'SOAP',
    engine: { name: 'soap-test', version: '1.0.0' },
    sections: [...TEMPLATES.SOAP],
    sentences: [...noteText(TEMPLATES.SOAP, sentences).sentences],
  };
}

/** Whom and what a draft is about. */
export interface DraftedVisit {
  readonly patient: string;
  readonly encounter: string;
  readonly clinician: string;
  /** Versioned reference. */
  readonly transcript: string;
}

/** The Composition that says what the evidence says. */
export function draftComposition(evidence: NoteEvidence, visit: DraftedVisit): Composition {
  return {
    resourceType: 'Composition',
    meta: { security: [aiLabel] },
    status: 'preliminary',
    type: { coding: [loincCoding.progressNote] },
    title: 'Progress note',
    date: '2026-01-15T10:00:00Z',
    subject: { reference: visit.patient },
    encounter: { reference: visit.encounter },
    author: [{ reference: DEVICE }],
    attester: [{ mode: 'professional', party: { reference: visit.clinician } }],
    section: evidence.sections.map(({ code, title }) => ({
      title,
      code: { coding: sectionCodings(code) },
      text: { status: 'generated', div: sectionDiv(evidence, code) },
    })),
  };
}

/** The document of a draft. */
export function draftDocument(evidence: NoteEvidence, visit: DraftedVisit, composition: string): DocumentReference {
  const { text } = noteText(evidence.sections, evidence.sentences);
  return {
    resourceType: 'DocumentReference',
    meta: { security: [aiLabel] },
    status: 'current',
    docStatus: 'preliminary',
    type: { coding: [loincCoding.progressNote] },
    category: [{ coding: [documentCoding.note] }],
    subject: { reference: visit.patient },
    author: [{ reference: DEVICE }],
    authenticator: { reference: visit.clinician },
    context: {
      encounter: [{ reference: visit.encounter }],
      related: [{ reference: composition }, { reference: visit.transcript }],
    },
    content: [
      {
        attachment: { contentType: 'text/plain; charset=utf-8', data: encoded(text) },
        format: documentFormatCoding.note,
      },
      {
        attachment: { contentType: 'application/json', data: encoded(evidenceText(evidence)) },
        format: documentFormatCoding.evidence,
      },
    ],
  };
}

/** Stands for the Device within a bundle. */
const DEVICE = 'urn:uuid:00000000-0000-4000-8000-000000000001';

/** The engine's Device, unless the clinic has it. */
function deviceEntry({ name, version }: NoteEvidence['engine']): BundleEntry {
  const key = `${name}/${version}`;
  const device: Device = {
    resourceType: 'Device',
    identifier: [{ system: identifierSystem.engine, value: key }],
    version: [{ value: version }],
  };
  const ifNoneExist = `identifier=${identifierSystem.engine}|${key}`;
  return { fullUrl: DEVICE, resource: device, request: { method: 'POST', url: 'Device', ifNoneExist } };
}

const entryOf = (resource: Resource, fullUrl: string): BundleEntry => ({
  fullUrl,
  resource,
  request: { method: 'POST', url: resource.resourceType },
});

/** A draft as its bot writes it. */
export function draftBundle(visit: DraftedVisit, evidence = draftEvidence(visit.transcript)): Bundle {
  const [document, composition] = [`urn:uuid:${crypto.randomUUID()}`, `urn:uuid:${crypto.randomUUID()}`];
  const task: Task = {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    code: { coding: [taskCoding.reviewNote] },
    businessStatus: { coding: [noteStatusCoding.draft] },
    focus: { reference: document },
    for: { reference: visit.patient },
    encounter: { reference: visit.encounter },
    owner: { reference: visit.clinician },
  };
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      entryOf(draftComposition(evidence, visit), composition),
      entryOf(draftDocument(evidence, visit, composition), document),
      entryOf(task, `urn:uuid:${crypto.randomUUID()}`),
      deviceEntry(evidence.engine),
    ],
  };
}

/** The transcript of the tests as it is stored: its document, whose id is given, and its bytes. */
export function storedTranscript(
  id: string,
  visit: Omit<DraftedVisit, 'transcript' | 'clinician'>,
): [DocumentReference, Binary] {
  const { text, turns } = transcript;
  const binary: Binary = {
    resourceType: 'Binary',
    id: `${id}-text`,
    contentType: 'text/plain; charset=utf-8',
    securityContext: { reference: `DocumentReference/${id}` },
    data: encoded(text),
  };
  const document: DocumentReference = {
    resourceType: 'DocumentReference',
    id,
    status: 'current',
    docStatus: 'final',
    type: { coding: [documentCoding.transcript] },
    subject: { reference: visit.patient },
    context: { encounter: [{ reference: visit.encounter }] },
    content: [
      {
        attachment: { contentType: 'text/plain; charset=utf-8', url: `Binary/${binary.id}` },
        format: documentFormatCoding.transcript,
      },
      {
        attachment: {
          contentType: 'application/json',
          data: encoded(JSON.stringify({ sha256: sha256(text), turns })),
        },
        format: documentFormatCoding.transcriptTurns,
      },
    ],
  };
  return [document, binary];
}

import type {
  BundleEntry,
  Composition,
  CompositionSection,
  Device,
  DocumentReference,
  Reference,
  Task,
} from '@medplum/fhirtypes';
import {
  documentCoding,
  documentFormatCoding,
  identifierSystem,
  noteSectionCoding,
  noteStatusCoding,
  standardSystem,
  taskCoding,
} from '@mindbridge/fhir-profiles';
import {
  botCanonical,
  deviceEntry,
  engineKey,
  identifierOf,
  labelled,
  localUuid,
  provenanceOf,
  toBase64,
} from '../kit/index.ts';
import type { DraftedNote } from './drafted.ts';
import { evidenceOf } from './evidence.ts';
import { issueEntries } from './issues.ts';
import type { PlacedSection } from './note-text.ts';

/** Where a draft belongs. */
export interface DraftContext {
  /** Key of the run; the same event gives the same key. */
  readonly runKey: string;
  readonly encounter: string;
  readonly patient: string;
  readonly clinician: string;
  /** Versioned reference of the transcript. */
  readonly transcript: string;
  /** Versioned references of what the draft stands on. */
  readonly sources: readonly string[];
  /** Devices that are known already. */
  readonly devices: readonly Device[];
  readonly now: Date;
}

/** Progress note. @see https://loinc.org/11506-3 */
const progressNote = { coding: [{ system: standardSystem.loinc, code: '11506-3', display: 'Progress note' }] };

const loincOfSection: Readonly<Record<string, string>> = {
  subjective: '61150-9',
  objective: '61149-1',
  assessment: '51848-0',
  plan: '18776-5',
};

/**
 * The transaction of one draft: Composition, DocumentReference with text and evidence, Task for the clinician, an issue
 * for each finding, the engine's Device where it is new, and the Provenance over all of it.
 */
export function draftEntries(drafted: DraftedNote, context: DraftContext): BundleEntry[] {
  const urn = (name: string): string => `urn:uuid:${localUuid(`${context.runKey} ${name}`)}`;
  const { runKey, patient, now } = context;
  const known = context.devices.find(
    (each) => identifierOf(each.identifier, identifierSystem.engine) === engineKey(drafted.engine),
  );
  const device = { reference: known?.id ? `Device/${known.id}` : urn('device') };
  const document = urn('document');
  const composition = urn('composition');
  const post = (fullUrl: string, resource: Composition | DocumentReference | Task): BundleEntry => ({
    fullUrl,
    resource,
    request: {
      method: 'POST',
      url: resource.resourceType,
      ifNoneExist: `identifier=${botCanonical.noteRun}|${runKey}`,
    },
  });
  const written = [
    post(composition, compositionOf(drafted, context, device)),
    post(document, documentOf(drafted, context, { device, composition })),
    post(urn('task'), taskOf(drafted, context, document)),
    ...issueEntries(drafted, { runKey, patient, document, device, now }),
  ];
  const provenance = provenanceOf({
    engine: drafted.engine,
    device,
    targets: written.map((entry) => entry.fullUrl ?? ''),
    sources: context.sources,
    recorded: now.toISOString(),
  });
  return [
    ...(known?.id ? [] : [deviceEntry(drafted.engine, device.reference)]),
    ...written,
    { fullUrl: urn('provenance'), resource: provenance, request: { method: 'POST', url: 'Provenance' } },
  ];
}

function identifier({ runKey }: DraftContext): { system: string; value: string } {
  return { system: botCanonical.noteRun, value: runKey };
}

/** The draft as a Composition: one section for each of the template, in its order. @see https://hl7.org/fhir/R4/composition.html */
function compositionOf({ note }: DraftedNote, context: DraftContext, device: Reference<Device>): Composition {
  return labelled<Composition>({
    resourceType: 'Composition',
    identifier: identifier(context),
    status: 'preliminary',
    type: progressNote,
    subject: { reference: context.patient },
    encounter: { reference: context.encounter },
    date: context.now.toISOString(),
    author: [device],
    title: `${note.template} note (draft)`,
    attester: [{ mode: 'professional', party: { reference: context.clinician } }],
    section: note.sections.map(sectionOf),
  });
}

/** What stands in a section without sentences: FHIR asks for a text there too. @see https://hl7.org/fhir/R4/composition.html#invs */
const NOT_DOCUMENTED = '<p>Not documented</p>';
const unavailable = { system: 'http://terminology.hl7.org/CodeSystem/list-empty-reason', code: 'unavailable' };

function sectionOf({ section, sentences }: PlacedSection): CompositionSection {
  const own = Object.values(noteSectionCoding).find((each) => each.code === section.code);
  const loinc = loincOfSection[section.code];
  const coding = [...(own ? [own] : []), ...(loinc ? [{ system: standardSystem.loinc, code: loinc }] : [])];
  const paragraphs = sentences.map(({ id, text }) => `<p id="${id}">${escaped(text)}</p>`).join('') || NOT_DOCUMENTED;
  return {
    title: section.title,
    code: { coding },
    text: { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml">${paragraphs}</div>` },
    ...(sentences.length === 0 && { emptyReason: { coding: [unavailable] } }),
  };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** The draft as a document: its text, and the evidence of its sentences. @see https://hl7.org/fhir/R4/documentreference.html */
function documentOf(
  drafted: DraftedNote,
  context: DraftContext,
  { device, composition }: { readonly device: Reference<Device>; readonly composition: string },
): DocumentReference {
  const { note, judged } = drafted;
  const findings = new Map(judged.map(({ sentence, findings: found }) => [sentence.id, found]));
  const evidence = evidenceOf({ ...drafted, transcript: context.transcript, findings });
  return labelled<DocumentReference>({
    resourceType: 'DocumentReference',
    identifier: [identifier(context)],
    status: 'current',
    docStatus: 'preliminary',
    type: progressNote,
    category: [{ coding: [documentCoding.note] }],
    subject: { reference: context.patient },
    date: context.now.toISOString(),
    author: [device],
    authenticator: { reference: context.clinician },
    content: [
      {
        attachment: {
          contentType: 'text/plain; charset=utf-8',
          data: toBase64(note.text),
          title: `${note.template} note`,
        },
        format: documentFormatCoding.note,
      },
      {
        attachment: { contentType: 'application/json', data: toBase64(JSON.stringify(evidence)), title: 'Evidence' },
        format: documentFormatCoding.evidence,
      },
    ],
    context: {
      encounter: [{ reference: context.encounter }],
      related: [{ reference: composition }, { reference: context.transcript }],
    },
  });
}

/** The clinician's Task: review this draft, at once where something critical was said. @see https://hl7.org/fhir/R4/task.html */
function taskOf({ note, critical }: DraftedNote, context: DraftContext, document: string): Task {
  const isCritical = critical.some((each) => each.severity === 'high');
  return labelled<Task>({
    resourceType: 'Task',
    identifier: [identifier(context)],
    status: 'requested',
    intent: 'order',
    priority: isCritical ? 'stat' : 'routine',
    code: { coding: [taskCoding.reviewNote] },
    businessStatus: { coding: [noteStatusCoding.draft] },
    description: isCritical
      ? `Review the ${note.template} note: something critical was said.`
      : `Review the ${note.template} note.`,
    focus: { reference: document },
    for: { reference: context.patient },
    encounter: { reference: context.encounter },
    authoredOn: context.now.toISOString(),
    lastModified: context.now.toISOString(),
    owner: { reference: context.clinician },
  } as Task);
}

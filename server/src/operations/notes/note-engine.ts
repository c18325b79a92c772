import { Operator } from '@medplum/core';
import type { Device, DocumentReference } from '@medplum/fhirtypes';
import { documentFormatCoding, identifierSystem } from '@mindbridge/fhir-profiles';
import { parseReference } from '../../fhir/index.ts';
import type { Repository } from '../../repository/index.ts';
import { unlessMissing } from './load-note.ts';
import type { NoteEvidence } from './note-evidence.ts';
import { attachedText, attachmentOf } from './note-parts.ts';
import { sha256 } from './sha256.ts';

/** The engine, as `name/version`, whose Device is the one Device among the authors of a note; undefined when it is none. */
export async function writingEngine(repository: Repository, note: DocumentReference): Promise<string | undefined> {
  const literals = (note.author ?? []).map(({ reference }) => parseReference(reference));
  const [author, ...others] = literals.filter((literal) => literal?.type === 'Device');
  if (!author || others.length > 0) {
    return undefined;
  }
  const device = await unlessMissing(repository.readResource<Device>('Device', author.id));
  const key = device?.identifier?.find(({ system }) => system === identifierSystem.engine)?.value;
  return device?.version?.some(({ value }) => key?.endsWith(`/${value}`)) ? key : undefined;
}

/** Does the clinic hold the prompt that the evidence names, with that text where it holds a text or its hash? */
export async function isKnownPrompt(repository: Repository, prompt: NoteEvidence['prompt']): Promise<boolean> {
  if (prompt === undefined) {
    return true;
  }
  const value = `${identifierSystem.prompt}|${prompt.id}/${prompt.version}`;
  const filters = [{ code: 'identifier', operator: Operator.EQUALS, value }];
  const found = await repository.searchResources<DocumentReference>({ resourceType: 'DocumentReference', filters });
  return found.some((document) => {
    const text = attachedText(attachmentOf(document, documentFormatCoding.prompt.code));
    const hash = text === undefined ? /SHA-256 (\S+)$/.exec(document.description ?? '')?.[1] : sha256(text);
    return hash === undefined || hash === prompt.sha256;
  });
}

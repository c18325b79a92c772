import { createHash } from 'node:crypto';
import { Operator, type WithId } from '@medplum/core';
import type { DocumentReference, Resource } from '@medplum/fhirtypes';
import { documentCoding, extensionUrl, identifierSystem } from '@mindbridge/fhir-profiles';
import type { Repository } from '../../repository/index.ts';

/** A version of a prompt that is in use, and for which share of encounters, in percent. */
export interface ActivePrompt {
  /** `id/version`. */
  readonly key: string;
  readonly share: number;
  readonly since: string;
  readonly document: WithId<DocumentReference>;
}

/** Is this the document of a prompt? */
export function isPrompt(resource: Resource | undefined): resource is DocumentReference {
  return (
    resource?.resourceType === 'DocumentReference' &&
    resource.type?.coding?.some(
      ({ system, code }) => system === documentCoding.prompt.system && code === documentCoding.prompt.code,
    ) === true
  );
}

/** `id/version` of a prompt's document. */
export function promptKey(document: DocumentReference): string | undefined {
  return document.identifier?.find(({ system }) => system === identifierSystem.prompt)?.value;
}

/** When and for which share a prompt was activated; undefined where it was not. */
export function activationOf(
  document: DocumentReference,
): { readonly share: number; readonly since: string } | undefined {
  const parts = document.extension?.find(({ url }) => url === extensionUrl.promptActivation)?.extension;
  const share = parts?.find(({ url }) => url === 'share')?.valueInteger;
  const since = parts?.find(({ url }) => url === 'at')?.valueDateTime;
  return share !== undefined && since !== undefined ? { share, since } : undefined;
}

/** Every version of a prompt that the clinic holds, active or not. */
export async function promptVersions(repository: Repository, id: string): Promise<WithId<DocumentReference>[]> {
  const filters = [
    { code: 'type', operator: Operator.EQUALS, value: `${documentCoding.prompt.system}|${documentCoding.prompt.code}` },
    { code: 'status', operator: Operator.EQUALS, value: 'current' },
  ];
  const found = await repository.searchResources<DocumentReference>({
    resourceType: 'DocumentReference',
    filters,
    count: 500,
  });
  return found.filter((document) => promptKey(document)?.startsWith(`${id}/`));
}

/** The versions in use, the newest activation first. */
export function activePrompts(versions: readonly WithId<DocumentReference>[]): ActivePrompt[] {
  return versions
    .flatMap((document): ActivePrompt[] => {
      const [key, activation] = [promptKey(document), activationOf(document)];
      return key !== undefined && activation && document.docStatus === 'final'
        ? [{ key, ...activation, document }]
        : [];
    })
    .sort((a, b) => (a.since < b.since ? 1 : -1));
}

/** A number from 0 to 99 that an encounter keeps: the same canary for the same visit, on every process. */
function placeOf(encounter: string): number {
  return createHash('sha256').update(encounter).digest().readUInt32BE(0) % 100;
}

/** The version for an encounter: the newest whose share it falls into; the last one takes the rest. */
export function promptFor(active: readonly ActivePrompt[], encounter: string): ActivePrompt | undefined {
  const place = placeOf(encounter);
  return active.find(({ share }) => place < share) ?? active.at(-1);
}

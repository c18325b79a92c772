import { Operator } from '@medplum/core';
import type { DocumentReference } from '@medplum/fhirtypes';
import { documentCoding, documentFormatCoding, identifierSystem } from '@mindbridge/fhir-profiles';
import type { Repository } from '../../repository/index.ts';
import { sha256 } from '../notes/sha256.ts';

/** A prompt with which an AI worked. */
export interface InputPrompt {
  /** `id/version`. */
  readonly key: string;
  /** Of its text, as its author declares it. */
  readonly sha256?: string;
  /** As its author declares it; kept only where the hash fits. */
  readonly text?: string;
}

/** Reference of the document of a prompt, which is made where the clinic holds none. */
export type InputPrompts = (tenant: number, prompt: InputPrompt) => Promise<string>;

const FRESH_MS = 60_000;

/**
 * The prompt as a document: no patient, no variable filled in. It is no version of the clinic's library, and cannot be
 * activated. @see https://hl7.org/fhir/R4/documentreference.html
 */
function documentOf({ key, sha256: hash, text }: InputPrompt): DocumentReference {
  const isWhole = text !== undefined && sha256(text) === hash;
  return {
    resourceType: 'DocumentReference',
    identifier: [{ system: identifierSystem.prompt, value: key }],
    status: 'current',
    type: { coding: [documentCoding.inputPrompt] },
    description: `Prompt ${key}${hash ? `, SHA-256 ${hash}` : ''}`,
    content: [
      {
        attachment: {
          contentType: 'application/json',
          title: key,
          ...(isWhole && { data: Buffer.from(text).toString('base64') }),
        },
        format: documentFormatCoding.prompt,
      },
    ],
  };
}

/** Makes the look-up; what was found is believed for a minute. */
export function createInputPrompts(systemRepository: (tenant: number) => Repository, clock: () => Date): InputPrompts {
  const known = new Map<string, { readonly reference: Promise<string>; readonly until: number }>();
  const find = async (tenant: number, prompt: InputPrompt): Promise<string> => {
    const repository = systemRepository(tenant);
    const value = `${identifierSystem.prompt}|${prompt.key}`;
    const filters = [{ code: 'identifier', operator: Operator.EQUALS, value }];
    const request = { resourceType: 'DocumentReference' as const, filters, count: 1 };
    const [found] = await repository.searchResources<DocumentReference>(request);
    const id =
      found?.id ??
      (await repository.createIfNone('DocumentReference', documentOf(prompt), `identifier=${value}`)).stored.id;
    return `DocumentReference/${id}`;
  };
  return (tenant, prompt) => {
    const [key, now] = [`${tenant} ${prompt.key}`, clock().getTime()];
    const entry = known.get(key);
    if (entry && entry.until > now) {
      return entry.reference;
    }
    const reference = find(tenant, prompt);
    known.set(key, { reference, until: now + FRESH_MS });
    reference.catch(() => known.delete(key));
    return reference;
  };
}

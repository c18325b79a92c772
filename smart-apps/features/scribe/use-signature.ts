import type { NoteDraft } from '../../client/index.ts';
import { spokenName, useResource } from '../../client/index.ts';

/** Who signed a note, and when. */
export interface Signature {
  readonly by: string;
  readonly at?: string;
}

/** The signature of a signed note, which stands in its Composition; undefined before, and until it is read. */
export function useSignature({ state, composition }: NoteDraft): Signature | undefined {
  const signed = useResource('Composition', state === 'signed' ? composition?.split('/')[1] : undefined);
  const legal = signed.resource?.attester?.find(({ mode }) => mode === 'legal');
  const person = useResource('Practitioner', legal?.party?.reference?.split('/')[1]);
  return legal && person.resource ? { by: spokenName(person.resource.name), at: legal.time } : undefined;
}

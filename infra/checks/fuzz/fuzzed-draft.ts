import type { Binary, Bundle, Composition, DocumentReference, Resource } from '@medplum/fhirtypes';
import type { TestMember } from '../../../server/src/testing-member.ts';
import { changedLeaf, type OneChange, randomOf } from './one-character.ts';

/** A draft as it is stored: both resources, and the bytes of its transcript. */
export interface Draft {
  readonly document: DocumentReference & { id: string };
  readonly composition: Composition & { id: string };
  readonly binary: Binary & { id: string };
}

/** A copy of the draft whose attachments say neither their size nor their hash, as plain clients write them. */
function unhashed(draft: Draft): Draft {
  const copy = structuredClone(draft);
  for (const { attachment } of copy.document.content) {
    delete attachment.hash;
    delete attachment.size;
  }
  return copy;
}

/** How to change a draft. */
export interface Fuzzing {
  readonly seed: number;
  /** Of what: words, evidence, Composition, DocumentReference, and with five of them the transcript. */
  readonly places: 4 | 5;
  /** Also without the hashes that would tell at once. */
  readonly alsoUnhashed: boolean;
}

/** A draft with one character of it changed, and what was changed. */
export function fuzzed(
  draft: Draft,
  n: number,
  { seed, places, alsoUnhashed }: Fuzzing,
): { readonly draft: Draft; readonly change: OneChange } {
  const random = randomOf(seed * 1_000_003 + n);
  const copy = alsoUnhashed && n % 12 >= 4 ? unhashed(draft) : structuredClone(draft);
  const place = n % places;
  const [words, evidence] = copy.document.content.map(({ attachment }) => attachment);
  const inside = (attachment: { data?: string } | undefined): OneChange => {
    const holder = { text: Buffer.from(attachment?.data ?? '', 'base64').toString() };
    const change = changedLeaf(holder, random);
    Object.assign(attachment ?? {}, { data: Buffer.from(holder.text).toString('base64') });
    return change;
  };
  const changes = [
    () => inside(words),
    () => inside(evidence),
    () => changedLeaf(copy.composition, random),
    () => changedLeaf(copy.document, random),
    () => inside(copy.binary),
  ];
  return { change: (changes[place] as () => OneChange)(), draft: copy };
}

/** Is a note reviewed when its clinician asks for it? */
export const reviewed = async (physician: TestMember, id: string): Promise<boolean> =>
  (await physician.request('POST', `DocumentReference/${id}/$review`)).status === 200;

/** Is a copy of the draft reviewed that a plain client has written? */
export async function passesAsCopy(physician: TestMember, { document, composition }: Draft): Promise<boolean> {
  const urn = 'urn:uuid:00000000-0000-4000-8000-00000000000c';
  const fresh = <T extends Resource>({ id: _id, ...resource }: T): object => ({
    ...resource,
    meta: { security: resource.meta?.security },
  });
  const related = document.context?.related?.map(({ reference }) =>
    reference === `Composition/${composition.id}` ? { reference: urn } : { reference },
  );
  const entry = [
    { fullUrl: urn, resource: fresh(composition), request: { method: 'POST', url: 'Composition' } },
    {
      resource: fresh({ ...document, context: { ...document.context, related } } as DocumentReference),
      request: { method: 'POST', url: 'DocumentReference' },
    },
  ];
  const { body } = await physician.request<Bundle>('POST', '', {
    resourceType: 'Bundle',
    type: 'transaction',
    entry,
  });
  const id = body.entry?.[1]?.response?.location?.match(/DocumentReference\/([^/]+)/)?.[1];
  return id !== undefined && reviewed(physician, id);
}

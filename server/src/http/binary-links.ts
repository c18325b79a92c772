import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { RequestContext } from '../fhir/index.ts';

/** Who holds a link: whoever it was made for, in the session that it was made in. */
export interface LinkHolder {
  readonly tenant: number;
  readonly projectId: string;
  readonly author: string;
  readonly clientId?: string;
  readonly loginId?: string;
}

/** One version of a Binary. */
export interface BinaryVersion {
  readonly id: string;
  readonly version: number;
}

/** A link that was opened. */
export interface BinaryLink extends BinaryVersion {
  readonly holder: LinkHolder;
}

/** Signs and opens links to the bytes of a Binary. */
export interface BinaryLinks {
  /** Where the bytes are for this caller, for the next minutes. */
  sign(context: RequestContext, binary: BinaryVersion): string;
  /** What a URL below `/storage/` stands for; undefined when it was changed, is another's, or is over. */
  open(path: string): BinaryLink | undefined;
  /** JSON text that is coming in, with links turned back into the references they were made of: what is stored stays good. */
  restore(text: string): string;
}

/** Path below which links lie. */
export const STORAGE_PATH = '/storage/';
/** How long a link is good, in seconds. @see security.md S76 */
const LIFE_SECONDS = 600;
const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
const LINK = /"https?:\/\/[^"]{1,200}\/storage\/([A-Za-z0-9.-]{1,64})\/\d{1,10}\?[^"]*"/g;
const PATH = /^\/storage\/([A-Za-z0-9.-]{1,64})\/(\d{1,10})\?/;

const HOLDER = z.object({
  tenant: z.number(),
  projectId: z.string(),
  author: z.string(),
  clientId: z.string().optional(),
  loginId: z.string().optional(),
});

/**
 * Makes links of the form `/storage/[id]/[version]?Expires=…&Key-Pair-Id=…&Signature=…`, which Medplum's clients know to
 * keep while they are good. The signature is the holder, sealed for this very version and end: nobody but this server can
 * make it, move it or read it. `key` has 32 bytes.
 */
export function createBinaryLinks(baseUrl: string, key: Uint8Array, clock: () => Date): BinaryLinks {
  const place = (id: string, version: string | number, expires: string | number): Buffer =>
    Buffer.from(`${id}/${version}/${expires}`);
  const start = `"${baseUrl}${STORAGE_PATH}`;
  return {
    sign({ tenant, projectId, author, clientId, loginId }, { id, version }) {
      const expires = Math.floor(clock().getTime() / 1000) + LIFE_SECONDS;
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv(CIPHER, key, iv).setAAD(place(id, version, expires));
      const holder = JSON.stringify({ tenant, projectId, author, clientId, loginId } satisfies LinkHolder);
      const body = Buffer.concat([cipher.update(holder), cipher.final()]);
      const signature = Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url');
      return `${baseUrl}${STORAGE_PATH}${id}/${version}?Expires=${expires}&Key-Pair-Id=binary&Signature=${signature}`;
    },
    open(path) {
      const [, id = '', version = ''] = PATH.exec(path) ?? [];
      const query = new URLSearchParams(path.slice(path.indexOf('?') + 1));
      const expires = query.get('Expires') ?? '';
      if (id === '' || !/^\d{1,12}$/.test(expires) || Number(expires) * 1000 <= clock().getTime()) {
        return undefined;
      }
      const sealed = Buffer.from(query.get('Signature') ?? '', 'base64url');
      const holder = unseal(key, sealed, place(id, version, expires));
      return holder && { id, version: Number(version), holder };
    },
    restore: (text) =>
      text.includes(start)
        ? text.replace(LINK, (link, id: string) => (link.startsWith(start) ? `"Binary/${id}"` : link))
        : text,
  };
}

function unseal(key: Uint8Array, sealed: Buffer, place: Buffer): LinkHolder | undefined {
  if (sealed.length <= IV_BYTES + TAG_BYTES) {
    return undefined;
  }
  try {
    const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, IV_BYTES))
      .setAAD(place)
      .setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    const text = Buffer.concat([decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
    return HOLDER.parse(JSON.parse(text.toString('utf8')));
  } catch {
    return undefined;
  }
}

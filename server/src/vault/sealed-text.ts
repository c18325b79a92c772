import { randomUUID } from 'node:crypto';
import type { Resource } from '@medplum/fhirtypes';
import { z } from 'zod';
import { decrypt, encrypt } from './cipher.ts';
import type { DataKey } from './data-keys.ts';
import { withoutSealed } from './sealed-elements.ts';

/**
 * How a sealed resource is stored: JSON text as always, but with a blank before it, with nothing in the elements that are
 * sealed, and with one more element at its end that holds them.
 */
const BLANK = 32;
const OPENING = ',"_sealed":"';
const CLOSING = '"}';
const VERSION = '1';

/** Where a text goes, in characters of the stored text without it; and the text. */
const TEXTS = z.array(z.tuple([z.number(), z.string()]));

/** Nobody outside this process can write what is looked for. */
const MARK = randomUUID();

/** Is this stored text sealed? One look at one character. */
export function isSealed(content: unknown): content is string {
  return typeof content === 'string' && content.charCodeAt(0) === BLANK;
}

/** All that is not sealed belongs to what is: no row can be moved to another tenant, resource, version or element. */
const placeOf = (tenant: number, rest: string): string => `${tenant} ${rest}`;

/** The text to store for a resource whose JSON text is `json`; the same text when nothing in it is to be sealed. */
export function sealText(json: string, resource: Resource, { tenant, kid, key }: DataKey): string {
  const texts: string[] = [];
  const masked = JSON.stringify(withoutSealed(resource, (text) => `${MARK}${texts.push(text) - 1}.`));
  if (texts.length === 0) {
    return json;
  }
  const found = new RegExp(`${MARK}(\\d+)\\.`, 'g');
  const placed: [number, string][] = [];
  let rest = '';
  let from = 0;
  for (const match of masked.matchAll(found)) {
    rest += masked.slice(from, match.index);
    placed.push([rest.length, texts[Number(match[1])] as string]);
    from = match.index + match[0].length;
  }
  rest += masked.slice(from);
  const sealed = encrypt(key, placeOf(tenant, rest), JSON.stringify(placed)).toString('base64url');
  return ` ${rest.slice(0, -1)}${OPENING}${VERSION}.${kid}.${sealed}${CLOSING}`;
}

/** The id of the key that a stored text is sealed with. */
export function keyIdOf(content: string): string {
  const at = content.lastIndexOf(OPENING) + OPENING.length + VERSION.length + 1;
  return content.slice(at, content.indexOf('.', at));
}

/** The JSON text, character by character as it was. @throws Error when the row was changed or moved. */
export function unsealText(content: string, { tenant, kid, key }: DataKey): string {
  const at = content.lastIndexOf(OPENING);
  const rest = `${content.slice(1, at)}}`;
  const sealed = content.slice(at + OPENING.length + VERSION.length + kid.length + 2, -CLOSING.length);
  const opened = decrypt(key, placeOf(tenant, rest), Buffer.from(sealed, 'base64url'));
  let json = '';
  let from = 0;
  for (const [place, text] of TEXTS.parse(JSON.parse(opened.toString('utf8')))) {
    json += rest.slice(from, place) + JSON.stringify(text).slice(1, -1);
    from = place;
  }
  return json + rest.slice(from);
}

import { randomUUID } from 'node:crypto';
import type { Resource } from '@medplum/fhirtypes';
import { decrypt, encrypt } from './cipher.ts';
import type { DataKey } from './data-keys.ts';
import { withoutSealed } from './sealed-elements.ts';

/**
 * How a sealed resource is stored: JSON text as always, but with a blank before it, with nothing in the elements that are
 * sealed, and with one more element at its end that holds them: `1.<key id>.<ciphertext>.<number of the row>`.
 */
const BLANK = 32;
const OPENING = ',"_sealed":"';
const CLOSING = '"}';
const VERSION = '1';

/** Nobody outside this process can write what is looked for. */
const MARK = randomUUID();

/** Is this stored text sealed? One look at one character. */
export function isSealed(content: unknown): content is string {
  return typeof content === 'string' && content.charCodeAt(0) === BLANK;
}

/** All that is not sealed belongs to what is: nothing can be moved to another tenant, row, resource, version or element. */
const placeOf = (tenant: number, rest: string, rid = ''): string => `${tenant} ${rid === '' ? '' : `${rid} `}${rest}`;

/** The row for which a stored text was sealed; undefined where it belongs to no row of its own. */
export function rowOf(content: string): number | undefined {
  const tail = content.slice(content.lastIndexOf('.') + 1, -CLOSING.length);
  return /^\d+$/.test(tail) ? Number(tail) : undefined;
}

/**
 * The text to store for a resource whose JSON text is `json`; the same text when nothing in it is to be sealed. `rid` is the
 * number of its row, in which alone it opens.
 */
export function sealText(json: string, resource: Resource, { tenant, kid, key }: DataKey, rid?: number): string {
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
  const row = rid === undefined ? '' : String(rid);
  const sealed = encrypt(key, placeOf(tenant, rest, row), JSON.stringify(placed)).toString('base64url');
  return ` ${rest.slice(0, -1)}${OPENING}${VERSION}.${kid}.${sealed}${row && `.${row}`}${CLOSING}`;
}

/** Where the sealed element begins, which is the last. Looking forwards is quick: ciphertext has no comma to stop at. */
function openingOf(content: string): number {
  let at = content.indexOf(OPENING);
  for (let next = at; next >= 0; next = content.indexOf(OPENING, at + 1)) {
    at = next;
  }
  return at;
}

/** The id of the key that a stored text is sealed with. */
export function keyIdOf(content: string): string {
  const at = openingOf(content) + OPENING.length + VERSION.length + 1;
  return content.slice(at, content.indexOf('.', at));
}

/** The JSON text, character by character as it was. @throws Error when the row was changed or moved. */
export function unsealText(content: string, { tenant, kid, key }: DataKey): string {
  const at = openingOf(content);
  const rest = `${content.slice(1, at)}}`;
  const sealed = content.slice(at + OPENING.length + VERSION.length + kid.length + 2, -CLOSING.length);
  const [ciphertext = '', row] = sealed.split('.');
  const opened = decrypt(key, placeOf(tenant, rest, row), Buffer.from(ciphertext, 'base64url'));
  return filled(rest, opened.toString('utf8'));
}

/**
 * The stored text with the texts at their places. They are taken as they were written, `[[place,"text"],…]`: what
 * JSON.stringify made of a text there is what it makes of it here, so that a document of megabytes is not parsed to be written
 * again.
 */
function filled(rest: string, texts: string): string {
  let json = '';
  let from = 0;
  for (let at = 1; texts[at] === '['; at += texts[at] === ',' ? 1 : 0) {
    const comma = texts.indexOf(',', at);
    const end = endOfString(texts, comma + 2);
    const place = Number(texts.slice(at + 1, comma));
    json += rest.slice(from, place) + texts.slice(comma + 2, end);
    from = place;
    at = end + 2;
  }
  return json + rest.slice(from);
}

/** Where the quotation mark is that ends a string of JSON which begins at `from`. */
function endOfString(text: string, from: number): number {
  let end = text.indexOf('"', from);
  while (isEscaped(text, end)) {
    end = text.indexOf('"', end + 1);
  }
  return end;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text[at - 1 - backslashes] === '\\') {
    backslashes += 1;
  }
  return backslashes % 2 === 1;
}

import { utf8Bytes } from './sha256.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUES: ReadonlyMap<string, number> = new Map([...ALPHABET].map((char, value) => [char, value]));

/** Base64 of a text's UTF-8 bytes, for `Attachment.data`. Written out here because not every host of bots offers `btoa`. */
export function toBase64(text: string): string {
  const bytes = utf8Bytes(text);
  const parts: string[] = [];
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const bits = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const chars = [18, 12, 6, 0].map((shift) => ALPHABET.charAt((bits >> shift) & 63));
    parts.push(
      chars
        .slice(0, left + 1)
        .join('')
        .padEnd(4, '='),
    );
  }
  return parts.join('');
}

/** The text behind a base64 value, read as UTF-8; undefined when it is neither. */
export function fromBase64(data: string): string | undefined {
  const bytes: number[] = [];
  let bits = 0;
  let count = 0;
  for (const char of data.replace(/[\s=]+/g, '')) {
    const value = VALUES.get(char);
    if (value === undefined) {
      return undefined;
    }
    bits = ((bits << 6) | value) & 0xfff;
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes.push((bits >> count) & 255);
    }
  }
  return textOf(bytes);
}

/** Least code point that needs a number of bytes: a shorter form of the same is malformed. */
const LEAST = [0, 0x80, 0x800, 0x10000];

function textOf(bytes: readonly number[]): string | undefined {
  const parts: string[] = [];
  for (let i = 0; i < bytes.length; ) {
    const lead = bytes[i] ?? 0;
    const more = lead < 0x80 ? 0 : lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
    const tails = bytes.slice(i + 1, i + 1 + more);
    if ((lead >= 0x80 && lead < 0xc2) || lead > 0xf4 || tails.length < more || tails.some((byte) => byte >> 6 !== 2)) {
      return undefined;
    }
    const point = tails.reduce((sum, byte) => (sum << 6) | (byte & 63), more === 0 ? lead : lead & (0x3f >> more));
    if (point < (LEAST[more] ?? 0) || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) {
      return undefined;
    }
    parts.push(String.fromCodePoint(point));
    i += 1 + more;
  }
  return parts.join('');
}

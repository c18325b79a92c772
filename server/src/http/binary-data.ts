import type { Binary } from '@medplum/fhirtypes';

const DATA = '"data":"';
const QUOTE = '"';

/** A Binary as its text has it: the data still in base64, and not parsed. */
export interface BinaryData {
  readonly contentType: string;
  readonly data: string;
  /** The text without the data. */
  readonly rest: string;
}

/** Reads a Binary out of its stored text. The data is a slice of it, which costs nothing however large it is. */
export function binaryData(json: string): BinaryData {
  const from = json.indexOf(DATA) + DATA.length;
  const to = json.indexOf(QUOTE, from);
  const isOnly = from >= DATA.length && json.indexOf(DATA, to) < 0;
  if (isOnly) {
    const rest = json.slice(0, from) + json.slice(to);
    const { contentType } = JSON.parse(rest) as Binary;
    return { contentType, data: json.slice(from, to), rest };
  }
  const { contentType, data = '' } = JSON.parse(json) as Binary;
  return { contentType, data, rest: json };
}

/** How many bytes base64 text stands for. */
export function byteLength(data: string): number {
  const padding = data.endsWith('==') ? 2 : data.endsWith('=') ? 1 : 0;
  return Math.floor((data.length * 3) / 4) - padding;
}

/** Bytes from `first` up to but without `end` of what base64 text stands for; only they are decoded. */
export function bytesOf(data: string, first: number, end: number): Buffer {
  const group = Math.floor(first / 3);
  const text = data.slice(group * 4, Math.ceil(end / 3) * 4);
  return Buffer.from(text, 'base64').subarray(first - group * 3, end - group * 3);
}

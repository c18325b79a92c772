import pg from 'pg';

/** A bound parameter as the wire takes it: text, bytes or null. */
export type WireValue = string | Buffer | null;

/** Turns one JavaScript value into the text form PostgreSQL reads: Date as ISO 8601, arrays as array literals, objects as JSON. */
export function encodeValue(value: unknown): WireValue {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(value);
    case 'object':
      return value === null ? null : encodeObject(value);
    default:
      return null;
  }
}

function encodeObject(value: object): WireValue {
  if (Array.isArray(value)) {
    return encodeArray(value);
  }
  if (value instanceof Date) {
    return value.toISOString();
  }
  if (Buffer.isBuffer(value)) {
    return value;
  }
  if (value instanceof Uint8Array) {
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  }
  return JSON.stringify(value);
}

const needsEscape = /["\\]/;

function encodeArray(values: readonly unknown[]): string {
  let text = '{';
  for (let i = 0; i < values.length; i++) {
    if (i > 0) {
      text += ',';
    }
    text += encodeElement(values[i]);
  }
  return `${text}}`;
}

function encodeElement(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return quote(value);
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(value);
    default:
      break;
  }
  if (value === null || value === undefined) {
    return 'NULL';
  }
  if (Array.isArray(value)) {
    return encodeArray(value);
  }
  const encoded = encodeValue(value);
  if (Buffer.isBuffer(encoded)) {
    return `"\\\\x${encoded.toString('hex')}"`;
  }
  return encoded === null ? 'NULL' : quote(encoded);
}

function quote(text: string): string {
  return needsEscape.test(text) ? `"${text.replace(/(["\\])/g, '\\$1')}"` : `"${text}"`;
}

/** Reads the text form of one column. */
export type ColumnReader = (text: string) => unknown;

const asText: ColumnReader = (text) => text;
const textArrayOid: number = 1009;
const parseTextArray = pg.types.getTypeParser(textArrayOid, 'text') as (text: string) => (string | null)[];
const parseTimestamp = pg.types.getTypeParser(1184, 'text') as (text: string) => unknown;

const readers = new Map<number, ColumnReader>([
  [16, (text) => text === 't'],
  [17, pg.types.getTypeParser(17, 'text') as ColumnReader],
  [20, Number],
  [21, Number],
  [23, Number],
  [26, Number],
  [700, Number],
  [701, Number],
  [114, JSON.parse],
  [3802, JSON.parse],
  [1016, (text) => parseTextArray(text).map((item) => (item === null ? null : Number(item)))],
  [1184, readTimestamp],
]);
for (const arrayOid of [1000, 1005, 1007, 1009, 1015, 1021, 1022]) {
  readers.set(arrayOid, pg.types.getTypeParser(arrayOid, 'text') as ColumnReader);
}
readers.set(textArrayOid, readTextArray);

/** Gives the reader of a column type: int8 as number, timestamptz as Date, json parsed, arrays as arrays, everything else as text. */
export function columnReader(typeOid: number): ColumnReader {
  return readers.get(typeOid) ?? asText;
}

/** Anything that a list of plain words does not have: quotes, escapes, further dimensions, bounds, nothing at all, or NULL. */
const notPlain = /^[^{]|["\\]|.\{|^\{\}$|NULL/i;

/** Lists of ids, of which an audit is full, are taken apart at their commas; everything else is read by the driver. */
function readTextArray(text: string): (string | null)[] {
  return notPlain.test(text) ? parseTextArray(text) : text.slice(1, -1).split(',');
}

/** Sessions run in UTC, so the text form ends in `+00` and is ISO 8601 but for two characters. */
function readTimestamp(text: string): unknown {
  return text.endsWith('+00') && text.charCodeAt(10) === 32 && text.charCodeAt(4) === 45
    ? new Date(`${text.slice(0, 10)}T${text.slice(11, -3)}Z`)
    : parseTimestamp(text);
}

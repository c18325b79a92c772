/** Tells what is needed when a primitive is not well formed; undefined when it is. */
export type FormatCheck = (value: unknown) => string | undefined;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;
const YEAR = '(?:[1-9]\\d{3}|0\\d{2}[1-9]|0\\d[1-9]0|0[1-9]00)';
const DAY = '(0[1-9]|[12]\\d|3[01])';
const CLOCK = '(?:[01]\\d|2[0-3]):[0-5]\\d:(?:[0-5]\\d|60)(?:\\.\\d+)?';
const ZONE = '(?:Z|[+-](?:(?:0\\d|1[0-3]):[0-5]\\d|14:00))';
const DATE = new RegExp(`^(${YEAR})(?:-(0[1-9]|1[0-2])(?:-${DAY})?)?$`);
const DATE_TIME = new RegExp(`^(${YEAR})(?:-(0[1-9]|1[0-2])(?:-${DAY}(?:T${CLOCK}${ZONE})?)?)?$`);
const INSTANT = new RegExp(`^(${YEAR})-(0[1-9]|1[0-2])-${DAY}T${CLOCK}${ZONE}$`);
const TIME = new RegExp(`^${CLOCK}$`);
const CODE = /^\S+(?:\s\S+)*$/;
const ID = /^[A-Za-z0-9\-.]{1,64}$/;
const URI = /^\S+$/;
const OID = /^urn:oid:[0-2](?:\.(?:0|[1-9]\d*))+$/;
const UUID = /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const BASE64 = /^[0-9A-Za-z+/\s]+={0,2}$/;
const NOT_BLANK = /\S/;
const DIV_START = /^\s*<div[\s>]/;
const DIV_NAMESPACE = /^\s*<div\b[^>]*\sxmlns\s*=\s*["']http:\/\/www\.w3\.org\/1999\/xhtml["']/;
const DIV_END = /<\/div\s*>\s*$/;
const DIV_TEXT = />\s*[^<\s]/;

/** Longest string the specification allows: one mebibyte. @see https://hl7.org/fhir/R4/datatypes.html#string */
const MAX_STRING = 1024 * 1024;
const INT_MAX = 2147483647;

/** Text that PostgreSQL and XML can hold: no control characters, no half of a surrogate pair. */
function textProblem(value: unknown): string | undefined {
  if (typeof value !== 'string') {
    return 'a JSON string';
  }
  if (value.length === 0) {
    return 'a string that is not empty';
  }
  if (CONTROL.test(value) || !value.isWellFormed()) {
    return 'text without control characters and without unpaired surrogates';
  }
  return undefined;
}

function textOf(needed: string, pattern: RegExp, limit = MAX_STRING): FormatCheck {
  return (value) => {
    const problem = textProblem(value);
    if (problem) {
      return problem;
    }
    return (value as string).length <= limit && pattern.test(value as string) ? undefined : needed;
  };
}

const MONTH_DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

function isCalendarDay(match: RegExpExecArray): boolean {
  const day = Number(match[3] ?? 0);
  if (day < 29) {
    return true;
  }
  const month = Number(match[2]);
  const year = Number(match[1]);
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day <= (month === 2 && !leap ? 28 : (MONTH_DAYS[month - 1] ?? 0));
}

function dateOf(needed: string, pattern: RegExp): FormatCheck {
  return (value) => {
    const match = typeof value === 'string' ? pattern.exec(value) : null;
    return match && isCalendarDay(match) ? undefined : needed;
  };
}

function integerOf(needed: string, least: number): FormatCheck {
  return (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= INT_MAX ? undefined : needed;
}

function base64(value: unknown): string | undefined {
  const needed = 'base64 text';
  if (typeof value !== 'string' || !BASE64.test(value.trimEnd())) {
    return needed;
  }
  const length = /\s/.test(value) ? value.replace(/\s+/g, '').length : value.length;
  return length % 4 === 0 ? undefined : needed;
}

const uri = textOf('a URI without white space', URI);
const string = textOf('text of at most 1 MiB that is not blank', NOT_BLANK);

/** Rule txt-1: one div. What is inside is sanitised, see narrative.ts. */
function xhtml(value: unknown): string | undefined {
  const problem = textProblem(value);
  if (problem) {
    return problem;
  }
  const text = value as string;
  return DIV_START.test(text) && DIV_END.test(text) ? undefined : 'XHTML that is one div';
}

/** Rule txt-2: has the narrative neither text nor an image? Only a warning, since sanitising may leave an empty div. */
export function isBlankNarrative(div: string): boolean {
  return !DIV_TEXT.test(div) && !div.includes('<img');
}

/**
 * Is the div in the namespace of XHTML? Only `$validate` asks: clients leave it out, and what was written is kept.
 * @see https://hl7.org/fhir/R4/narrative.html#xhtml
 */
export function isInXhtml(div: string): boolean {
  return DIV_NAMESPACE.test(div);
}

/** A check for each primitive type of R4. @see https://hl7.org/fhir/R4/datatypes.html#primitive */
export const PRIMITIVE_FORMATS: Readonly<Record<string, FormatCheck>> = {
  base64Binary: base64,
  boolean: (value) => (typeof value === 'boolean' ? undefined : 'true or false'),
  canonical: uri,
  code: textOf('a code without leading, trailing or repeated white space', CODE),
  date: dateOf('a date: YYYY, YYYY-MM or YYYY-MM-DD', DATE),
  dateTime: dateOf('a dateTime: a date, or date and time with seconds and time zone', DATE_TIME),
  decimal: (value) => (typeof value === 'number' && Number.isFinite(value) ? undefined : 'a JSON number'),
  id: textOf('an id: 1 to 64 letters, digits, hyphens and dots', ID),
  instant: dateOf('an instant: date and time with seconds and time zone', INSTANT),
  integer64: (value) => (typeof value === 'string' && /^[+-]?\d{1,19}$/.test(value) ? undefined : 'an integer as text'),
  integer: integerOf('an integer of 32 bits', -INT_MAX - 1),
  markdown: string,
  oid: textOf('an OID: urn:oid:…', OID),
  positiveInt: integerOf('an integer from 1 to 2147483647', 1),
  string,
  time: (value) => (typeof value === 'string' && TIME.test(value) ? undefined : 'a time: hh:mm:ss'),
  unsignedInt: integerOf('an integer from 0 to 2147483647', 0),
  uri,
  url: uri,
  uuid: textOf('a UUID: urn:uuid:…', UUID),
  xhtml,
};

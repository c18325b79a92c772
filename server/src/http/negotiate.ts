import { notAcceptable, unsupportedMedia } from '../fhir/index.ts';

/** One media range of an Accept header, or a `_format`. */
interface MediaRange {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** What nearly every client says: nothing has to be taken apart then. */
const PLAIN = new Set(['*/*', 'application/fhir+json', 'application/json']);
/** FHIR's other formats, which are spoken nowhere here. */
const OTHER_FHIR = /^(?:application\/fhir[+ ](?:xml|turtle)|text\/turtle|xml|turtle|ttl)$/;
/** `fhir json` is `fhir+json` in a URL that left its plus sign bare. */
const JSON_NAMES = /^(?:json|fhir[+ ]json|(?:application|text)\/(?:[\w.-]+[+ ])?json)$/;
const FHIR_VERSION = /^4\.0(?:\.\d+)?$/;
const SPOKEN = 'this server speaks application/fhir+json, FHIR version 4.0';

function rangeOf(text: string): MediaRange {
  const [type = '', ...rest] = text.split(';').map((part) => part.trim().toLowerCase());
  const parameters = rest.map((parameter) => parameter.split('=', 2).map((part) => part.trim().replace(/^"|"$/g, '')));
  return { type, parameters: new Map(parameters.map(([name = '', value = '']) => [name, value])) };
}

function isWanted({ parameters }: MediaRange): boolean {
  return Number(parameters.get('q') ?? 1) !== 0 && FHIR_VERSION.test(parameters.get('fhirversion') ?? '4.0');
}

/** Is this one of the names of FHIR JSON, or a range around it? Browsers that ask for a page are shown JSON too. */
function isSpoken({ type }: MediaRange): boolean {
  return JSON_NAMES.test(type) || type === '*/*' || type === 'application/*' || type === 'text/html';
}

/**
 * Checks that an answer in FHIR JSON is welcome. `_format` beats the header. Operations may answer in media types of their
 * own, and are only refused to those who insist on another form of FHIR.
 * @throws FhirError 406 that names what was found and what is spoken.
 * @see https://hl7.org/fhir/R4/http.html#mime-type
 */
export function assertAcceptable(accept: string | undefined, format: string | null, isOperation: boolean): void {
  const wanted = format || accept;
  if (!wanted || PLAIN.has(wanted)) {
    return;
  }
  const ranges = wanted.split(',').map(rangeOf).filter(isWanted);
  const isFine = isOperation ? (range: MediaRange) => !OTHER_FHIR.test(range.type) : isSpoken;
  if (!ranges.some(isFine)) {
    const where = format ? '_format' : 'Accept';
    throw notAcceptable(`Found ${where} ${wanted.slice(0, 128)}; ${SPOKEN}`);
  }
}

const PATCHES = new Set(['application/json-patch+json', 'application/fhir+json', 'application/json']);

/**
 * Checks that a patch is of a kind that is applied here.
 * @throws FhirError 415
 * @see https://hl7.org/fhir/R4/http.html#patch
 */
export function assertPatchType(contentType: string | undefined): void {
  if (contentType !== undefined && !PATCHES.has(contentType)) {
    const text = `Found Content-Type ${contentType.slice(0, 64)}; PATCH takes ${[...PATCHES].slice(0, 2).join(' or ')}`;
    throw unsupportedMedia('media-type', text);
  }
}

/**
 * Checks the parameters of a Content-Type: text is UTF-8, and FHIR is R4.
 * @throws FhirError 415
 */
export function assertReadable(contentType: string | undefined): void {
  if (contentType === undefined || !contentType.includes(';')) {
    return;
  }
  const { parameters } = rangeOf(contentType);
  const charset = parameters.get('charset');
  if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8' && charset !== 'us-ascii') {
    throw unsupportedMedia('charset', `Found charset ${charset.slice(0, 64)}; this server takes utf-8`);
  }
  const version = parameters.get('fhirversion');
  if (version !== undefined && !FHIR_VERSION.test(version)) {
    throw unsupportedMedia('fhir-version', `Found fhirVersion ${version.slice(0, 64)}; this server takes 4.0`);
  }
}

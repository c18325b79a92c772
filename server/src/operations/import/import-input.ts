import type { ParametersParameter } from '@medplum/fhirtypes';
import { FhirError, invalid } from '../../fhir/index.ts';
import type { AllowList } from '../../outbound/index.ts';
import type { JobChunk, OperationRequest } from '../../repository/index.ts';
import { parametersBody } from '../parameters.ts';

/** Lines written together, and about how many characters of them. */
const CHUNK_LINES = 500;
const CHUNK_SIZE = 4_000_000;
const NDJSON = new Set(['application/fhir+ndjson', 'application/ndjson', 'application/x-ndjson', 'text/x-ndjson']);
const MAX_INPUTS = 1000;

/** An address from which a file is fetched. */
export interface ImportSource {
  readonly file: number;
  readonly type: string;
  readonly url: string;
}

/** What an import reads: lines that came with the request, and addresses to fetch. */
export interface ImportInput {
  readonly chunks: readonly JobChunk[];
  readonly sources: readonly ImportSource[];
}

/** Cuts NDJSON into pieces that are written together; lines stay whole, and keep their numbers. */
export function chunksOf(text: string, file: number, type: string): JobChunk[] {
  const chunks: JobChunk[] = [];
  let start = 0;
  let lines = 0;
  let at = 0;
  while (at < text.length) {
    const end = text.indexOf('\n', at);
    at = end < 0 ? text.length : end + 1;
    lines += 1;
    if (lines === CHUNK_LINES || at - start > CHUNK_SIZE || at === text.length) {
      chunks.push({ file, role: 'input', type, lines, text: text.slice(start, at) });
      start = at;
      lines = 0;
    }
  }
  return chunks;
}

/** Is the address one that the setting OUTBOUND_ALLOW names? Being public is not enough for an import. */
function assertAllowed(allow: AllowList, url: string, expression: string): void {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const port = Number(parsed?.port) || (parsed?.protocol === 'https:' ? 443 : 80);
  const host = parsed?.hostname.replace(/^\[|\]$/g, '') ?? '';
  const isHttp = parsed?.protocol === 'https:' || parsed?.protocol === 'http:';
  if (!isHttp || parsed.username !== '' || !(allow.allowsHost(host, port) || allow.allowsAddress(host, port))) {
    const text = 'The address is not one that this server may fetch from (setting OUTBOUND_ALLOW)';
    throw invalid('import-source', text, expression);
  }
}

function partOf(input: ParametersParameter, ...names: string[]): ParametersParameter | undefined {
  return input.part?.find((part) => part.name !== undefined && names.includes(part.name));
}

/** Text of an inline file: a Binary, or an Attachment with data. */
function inlineText(part: ParametersParameter | undefined): string | undefined {
  const resource = part?.resource;
  const data = resource?.resourceType === 'Binary' ? resource.data : part?.valueAttachment?.data;
  return typeof data === 'string' ? Buffer.from(data, 'base64').toString('utf8') : undefined;
}

function readInput(
  allow: AllowList,
  input: ParametersParameter,
  number: number,
  expression: string,
): Partial<ImportInput> {
  const type = partOf(input, 'type');
  const name = String(type?.valueCode ?? type?.valueString ?? '');
  const inline = inlineText(partOf(input, 'content', 'inputContent', 'inputSource', 'url'));
  if (inline !== undefined) {
    return { chunks: chunksOf(inline, number, name) };
  }
  const source = partOf(input, 'url', 'inputSource');
  const url = source?.valueUrl ?? source?.valueUri ?? source?.valueString;
  if (typeof url !== 'string') {
    const text = 'An input needs a part url, or a part content with a Binary or an Attachment';
    throw invalid('import-input', text, expression);
  }
  assertAllowed(allow, url, expression);
  return { sources: [{ file: number, type: name, url }] };
}

/**
 * What an import is to read: NDJSON as the body itself, or a Parameters resource whose `input` parameters carry files or
 * their addresses.
 * @throws FhirError 400, 415
 */
export function readImportInput(allow: AllowList, request: OperationRequest): ImportInput {
  if (request.body instanceof Uint8Array) {
    if (!NDJSON.has(request.contentType ?? '')) {
      const text = `Found Content-Type ${request.contentType}, needed application/fhir+ndjson or application/fhir+json`;
      throw new FhirError(415, [{ severity: 'error', code: 'not-supported', key: 'media-type', text }]);
    }
    return { chunks: chunksOf(Buffer.from(request.body).toString('utf8'), 1, ''), sources: [] };
  }
  const inputs = (parametersBody(request.body).parameter ?? []).filter((parameter) => parameter?.name === 'input');
  if (inputs.length === 0 || inputs.length > MAX_INPUTS) {
    throw invalid('import-input', `An import needs 1 to ${MAX_INPUTS} parameters 'input'`, 'Parameters.parameter');
  }
  const read = inputs.map((input, index) => readInput(allow, input, index + 1, `Parameters.parameter[${index}]`));
  return {
    chunks: read.flatMap((one) => one.chunks ?? []),
    sources: read.flatMap((one) => one.sources ?? []),
  };
}

import type { Exchange } from './exchange.ts';
import type { FhirAnswer } from './fhir-request.ts';

/** `url` of an attachment that names a Binary here; a `url` beside a `method` is that of an entry of a Bundle. */
const REFERENCE =
  /(?<!"method":"[A-Z]{3,6}",)"url":"(?:https?:\/\/[^"]{1,200}\/)?Binary\/([A-Za-z0-9.-]{1,64})(?:\/_history\/\d{1,10})?"(?!,"method":)/g;

/**
 * The answer as Medplum's clients expect it (they say so by `X-Medplum: extended`): attachments that name a Binary which the
 * caller may see carry a link that works without a token, as `<img src>` needs. Bots read Binaries with their own token.
 */
export async function presigned(exchange: Exchange, answer: FhirAnswer): Promise<FhirAnswer> {
  const { request, context, repository, services } = exchange;
  const { body, contentType } = answer;
  const wanted = request.headers['x-medplum'] === 'extended' && context.depth === 0 && contentType === undefined;
  if (!wanted || typeof body !== 'string' || !body.includes('Binary/')) {
    return answer;
  }
  const isOurs = (match: RegExpExecArray): boolean => nameOf(match[0], services.fhirUrl);
  const ids = new Set([...body.matchAll(REFERENCE)].filter(isOurs).map(([, id]) => id as string));
  if (ids.size === 0) {
    return answer;
  }
  const versions = new Map(
    (await repository.currentVersions('Binary', [...ids])).map(({ id, version }) => [id, version]),
  );
  const linked = body.replace(REFERENCE, (text, id: string) => {
    const version = versions.get(id);
    const isKnown = version !== undefined && nameOf(text, services.fhirUrl);
    return isKnown ? `"url":${JSON.stringify(services.links.sign(context, { id, version }))}` : text;
  });
  return { ...answer, body: linked };
}

/** Is the URL relative, or below our own base? */
function nameOf(text: string, fhirUrl: string): boolean {
  return text.startsWith('"url":"Binary/') || text.startsWith(`"url":"${fhirUrl}Binary/`);
}

import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { patientsOf, type ReadAudit } from '../audit/index.ts';
import { type FhirError, forbidden, methodNotAllowed, type StoredResource } from '../fhir/index.ts';
import type { Repository } from '../repository/index.ts';
import { binaryAnswer } from './binary-bytes.ts';
import type { BinaryLink, BinaryLinks, LinkHolder } from './binary-links.ts';
import type { Caller } from './fhir-door.ts';
import type { FhirAnswer } from './fhir-request.ts';
import { outcomeAnswer, type ReportFailure } from './outcome-answer.ts';
import { sendAnswer } from './send-answer.ts';

/** What the door of links is made of. */
export interface StorageDoor {
  readonly links: BinaryLinks;
  readonly audit: ReadAudit;
  /** @throws FhirError 401 */
  readonly authenticate: (request: IncomingMessage) => Promise<Caller>;
  /** The records as the holder may see them now; undefined once his session, membership or account has ended. */
  readonly repositoryOf: (holder: LinkHolder, requestId: string) => Promise<Repository | undefined>;
  readonly reportFailure: ReportFailure;
}

/**
 * The door below `/storage/`: the bytes that a signed link stands for. The link says who asks; what he may see is looked up
 * anew, so that it ends with his rights and not only with its own time.
 */
export function storageDoor(door: StorageDoor): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    const requestId = randomUUID();
    let answer: FhirAnswer;
    try {
      answer = await bytesOf(door, request, requestId);
    } catch (error) {
      answer = outcomeAnswer(error, requestId, door.reportFailure);
    }
    if (!response.destroyed) {
      sendAnswer(response, answer, requestId, request.method === 'HEAD');
    }
  };
}

const notGood = (): FhirError =>
  forbidden('link-invalid', 'The link is over, or was made for somebody else: read the resource again for a new one');

async function bytesOf(door: StorageDoor, request: IncomingMessage, requestId: string): Promise<FhirAnswer> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    throw methodNotAllowed(request.method ?? '', ['GET', 'HEAD']);
  }
  const link = door.links.open(request.url ?? '');
  const repository = link && (await door.repositoryOf(link.holder, requestId));
  if (!repository || !(await isHolder(door, request, link.holder))) {
    throw notGood();
  }
  const stored = await door.audit.access(
    repository.context,
    () => versionOf(repository, link),
    (version) => ({
      interaction: 'read',
      type: 'Binary',
      id: version.id,
      version: version.version,
      outcome: '0',
      entries: 1,
      patients: patientsOf([version]),
      detail: { link: true },
    }),
  );
  return binaryAnswer(stored, request.headers, () => versionOf(repository, link));
}

/** Whoever sends credentials along must be whom the link was made for. */
async function isHolder(door: StorageDoor, request: IncomingMessage, holder: LinkHolder): Promise<boolean> {
  if (request.headers.authorization === undefined) {
    return true;
  }
  const { context } = await door.authenticate(request);
  return context.tenant === holder.tenant && context.author === holder.author;
}

async function versionOf(repository: Repository, { id, version }: BinaryLink): Promise<StoredResource> {
  const current = await repository.readStored('Binary', id);
  return current.version === version ? current : repository.readStoredVersion('Binary', id, String(version));
}

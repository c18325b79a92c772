import type { WithId } from '@medplum/core';
import type { Composition, DocumentReference, Provenance } from '@medplum/fhirtypes';
import { noteStatusCoding, standardSystem } from '@mindbridge/fhir-profiles';
import { CompactSign } from 'jose';
import { forbidden, unprocessable } from '../../fhir/index.ts';
import type { OperationRequest, OperationResponse } from '../../repository/index.ts';
import { recordDecision } from '../prompts/review-decision.ts';
import { finalTitle } from './check-header.ts';
import { loadComposition } from './load-note.ts';
import type { NoteDependencies } from './note-dependencies.ts';
import { noteStateOf, withNoteState } from './note-resources.ts';
import { ownNote } from './own-note.ts';
import { assertPasses } from './refuse-note.ts';
import { saveNote } from './review.ts';
import { moveTask } from './review-task.ts';
import { sha256 } from './sha256.ts';

interface Signature {
  readonly who: string;
  readonly at: string;
}

const versioned = (resource: WithId<DocumentReference | Composition>): string =>
  `${resource.resourceType}/${resource.id}/_history/${resource.meta?.versionId}`;

function signed(composition: WithId<Composition>, { who, at }: Signature): WithId<Composition> {
  const legal = { mode: 'legal' as const, time: at, party: { reference: who } };
  const title = finalTitle(composition.title);
  return { ...composition, title, status: 'final', attester: [...(composition.attester ?? []), legal] };
}

/** What the signature is over: both resources in the versions that it made, by their hashes. */
function statementOf(resources: readonly WithId<DocumentReference | Composition>[], { who, at }: Signature): string {
  const contents = resources.map((resource) => ({
    reference: versioned(resource),
    sha256: sha256(JSON.stringify(resource)),
  }));
  return JSON.stringify({ signer: who, at, contents });
}

async function provenanceOf(
  { signingKey }: NoteDependencies,
  resources: readonly WithId<DocumentReference | Composition>[],
  signature: Signature,
): Promise<Provenance> {
  const { kid, privateKey } = signingKey;
  const statement = new TextEncoder().encode(statementOf(resources, signature));
  const jws = await new CompactSign(statement).setProtectedHeader({ alg: 'RS256', kid }).sign(privateKey);
  const who = { reference: signature.who };
  return {
    resourceType: 'Provenance',
    target: resources.map((resource) => ({ reference: versioned(resource) })),
    recorded: signature.at,
    activity: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-DocumentCompletion', code: 'LA' }] },
    agent: [{ type: { coding: [{ system: standardSystem.provenanceParticipant, code: 'verifier' }] }, who }],
    signature: [
      {
        type: [{ system: 'urn:iso-astm:E1762-95:2013', code: '1.2.840.10065.1.12.1.1', display: "Author's Signature" }],
        when: signature.at,
        who,
        targetFormat: 'application/fhir+json',
        sigFormat: 'application/jose',
        data: Buffer.from(jws, 'utf8').toString('base64'),
      },
    ],
  };
}

/**
 * `DocumentReference/{id}/$sign`: the clinician signs a reviewed note. Everything is checked again; then note, signature
 * and Task are written in one transaction.
 * @throws FhirError 403 without a fresh proof of the person, 412, 422 with an issue for each thing in the way.
 * @see security.md S47
 */
export async function sign(deps: NoteDependencies, request: OperationRequest): Promise<OperationResponse> {
  const document = await ownNote(request);
  if (!deps.isSteppedUp(request.context)) {
    throw forbidden('step-up-required', 'Signing needs a fresh proof that it is you: POST auth/step-up');
  }
  if (noteStateOf(document) !== noteStatusCoding.reviewed.code) {
    throw unprocessable('note-not-reviewed', 'A note is reviewed before it is signed: $review');
  }
  const signature = { who: request.context.author, at: deps.clock().toISOString() };
  const written = await deps.trusted(request.context).withTransaction(async (repository) => {
    const composition = (await loadComposition(repository, document)) as WithId<Composition>;
    await assertPasses(repository, document, composition);
    const after = {
      document: { ...withNoteState(document, 'signed'), docStatus: 'final' as const },
      composition: signed(composition, signature),
    };
    const saved = await saveNote(repository, { document, composition }, after);
    await repository.createResource(await provenanceOf(deps, [saved.document, saved.composition], signature));
    const ended = { reviewer: signature.who, outcome: 'signed', at: new Date(signature.at) } as const;
    const measure = await recordDecision(repository, saved.document, ended);
    await moveTask(repository, saved.document, { state: 'signed', decision: measure?.decision });
    return saved.document;
  });
  return { resource: written, headers: { ETag: `W/"${written.meta?.versionId}"` } };
}

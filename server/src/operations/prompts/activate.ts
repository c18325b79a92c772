import type { WithId } from '@medplum/core';
import type { DocumentReference } from '@medplum/fhirtypes';
import { documentFormatCoding, extensionUrl } from '@mindbridge/fhir-profiles';
import type { AccessGrant } from '../../access/index.ts';
import { forbidden, invalid, type RequestContext, unprocessable } from '../../fhir/index.ts';
import type { Operation, OperationRequest, OperationResponse, Repository } from '../../repository/index.ts';
import { attachedText, attachmentOf } from '../notes/note-parts.ts';
import { sha256 } from '../notes/sha256.ts';
import { operationParameters, refuseUnknown } from '../parameters.ts';
import { parseEvalReport, shortcomings } from './eval-report.ts';
import { isPrompt, promptKey } from './prompt-document.ts';

/** What activation needs from the house. */
export interface PromptDependencies {
  readonly trusted: (context: RequestContext) => Repository;
  readonly clock: () => Date;
}

/** Who may change bots may change what they ask. */
const mayChangeBots = (grant: AccessGrant): boolean =>
  grant.ruleSets.every((set) => set.rulesFor('Bot', 'update').length > 0);

function shareOf(request: OperationRequest): number {
  const pairs = operationParameters(request);
  refuseUnknown(pairs, ['share']);
  const share = Number(pairs.find(([name]) => name === 'share')?.[1] ?? 100);
  if (!Number.isInteger(share) || share < 1 || share > 100) {
    throw invalid('operation-parameter', "'share' is a percentage from 1 to 100", 'share');
  }
  return share;
}

/** @throws FhirError 422 unless a report of this very prompt says that it is fit for use. */
function assertFit(document: DocumentReference): void {
  const text = attachedText(attachmentOf(document, documentFormatCoding.prompt.code));
  const report = parseEvalReport(attachedText(attachmentOf(document, documentFormatCoding.evalReport.code)) ?? '');
  if (text === undefined || report === undefined) {
    throw unprocessable(
      'prompt-no-report',
      'A prompt is activated with its text and an eval report: figures, data hash, date, approver',
    );
  }
  if (report.prompt !== promptKey(document) || report.promptSha256 !== sha256(text)) {
    throw unprocessable('prompt-report-other', 'The eval report is about another prompt, or another text of it');
  }
  const short = shortcomings(report);
  if (short.length > 0) {
    throw unprocessable('prompt-below-floor', `The prompt is below the floors: ${short.join('; ')}`);
  }
}

/** The document with another state of its activation. */
export function withActivation(
  document: WithId<DocumentReference>,
  activation: { readonly share: number; readonly at: string; readonly by: string } | undefined,
): WithId<DocumentReference> {
  const others = (document.extension ?? []).filter(({ url }) => url !== extensionUrl.promptActivation);
  const own = activation && {
    url: extensionUrl.promptActivation,
    extension: [
      { url: 'share', valueInteger: activation.share },
      { url: 'at', valueDateTime: activation.at },
      { url: 'by', valueReference: { reference: activation.by } },
    ],
  };
  const { extension: _extension, ...rest } = document;
  const extension = own ? [...others, own] : others;
  return { ...rest, docStatus: own ? 'final' : 'preliminary', ...(extension.length > 0 && { extension }) };
}

async function activate(deps: PromptDependencies, request: OperationRequest): Promise<OperationResponse> {
  if (!mayChangeBots(request.grant) || request.context.depth > 0) {
    throw forbidden('prompt-denied', 'Only those who may change bots activate prompts');
  }
  const share = shareOf(request);
  const document = await request.repository.readResource<DocumentReference>('DocumentReference', request.id ?? '');
  if (!isPrompt(document) || promptKey(document) === undefined) {
    throw unprocessable('prompt-none', 'The document is no prompt');
  }
  assertFit(document);
  const activation = { share, at: deps.clock().toISOString(), by: request.context.author };
  const written = await deps
    .trusted(request.context)
    .updateResource<DocumentReference>(withActivation(document, activation), { ifMatch: document.meta?.versionId });
  return { resource: written };
}

/** `DocumentReference/{id}/$activate?share=`: puts a version of a prompt into use, for all encounters or for a share of them. */
export function promptOperations(deps: PromptDependencies): Operation[] {
  return [
    {
      name: '$activate',
      level: 'instance',
      types: ['DocumentReference'],
      methods: ['POST'],
      definition: 'https://mindbridge.health/fhir/OperationDefinition/DocumentReference-activate',
      handle: (request) => activate(deps, request),
    },
  ];
}

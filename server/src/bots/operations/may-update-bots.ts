import type { Bot } from '@medplum/fhirtypes';
import { forbidden } from '../../fhir/index.ts';
import type { OperationRequest } from '../../repository/index.ts';

/** @throws FhirError 403 when the caller may not update Bots. */
export function assertMayUpdateBots({ grant }: OperationRequest, whatElse: string): void {
  if (grant.ruleSets.some((rules) => rules.rulesFor('Bot', 'update').length === 0)) {
    throw forbidden('interaction-denied', `You may not ${whatElse} of a Bot`);
  }
}

/** The Bot of the address, when the caller may read and update Bots. @throws FhirError 403, 404 */
export async function updatableBot(
  request: OperationRequest,
  whatElse: string,
): Promise<Bot & { readonly id: string }> {
  const bot = await request.repository.readResource<Bot>('Bot', request.id ?? '');
  assertMayUpdateBots(request, whatElse);
  return bot;
}

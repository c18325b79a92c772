import type { Encounter } from '@medplum/fhirtypes';
import { invalid } from '../../fhir/index.ts';
import type { Operation, OperationRequest, OperationResponse } from '../../repository/index.ts';
import { operationParameters, refuseUnknown } from '../parameters.ts';
import type { PromptDependencies } from './activate.ts';
import { activePrompts, promptFor, promptVersions } from './prompt-document.ts';

async function chosen(deps: PromptDependencies, request: OperationRequest): Promise<OperationResponse> {
  const pairs = operationParameters(request);
  refuseUnknown(pairs, ['prompt']);
  const id = pairs.find(([name]) => name === 'prompt')?.[1] ?? '';
  if (!/^[a-z0-9-]{1,64}$/.test(id)) {
    throw invalid('operation-parameter', "'prompt' is the id of a prompt, such as soap", 'prompt');
  }
  const encounter = await request.repository.readResource<Encounter>('Encounter', request.id ?? '');
  const versions = await promptVersions(deps.trusted(request.context), id);
  const active = promptFor(activePrompts(versions), `Encounter/${encounter.id}`);
  const parameter = active ? [{ name: 'prompt', valueString: active.key }] : [];
  return { resource: { resourceType: 'Parameters', parameter } };
}

/**
 * `Encounter/{id}/$active-prompt?prompt=soap`: the version of a prompt that the clinic uses for an encounter, the same that
 * `$draft-note` would pass; none where it has activated none. For bots that an event starts.
 */
export function activePromptOperation(deps: PromptDependencies): Operation {
  return {
    name: '$active-prompt',
    level: 'instance',
    types: ['Encounter'],
    methods: ['GET'],
    definition: 'https://mindbridge.health/fhir/OperationDefinition/Encounter-active-prompt',
    handle: (request) => chosen(deps, request),
  };
}

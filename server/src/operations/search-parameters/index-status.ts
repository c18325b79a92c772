import type { Parameters, ParametersParameter, SearchParameter } from '@medplum/fhirtypes';
import type { Operation, OperationRequest, OperationResponse } from '../../repository/index.ts';
import { percent } from './index-parameters.ts';
import type { ParameterState } from './parameter-state.ts';
import type { TenantParameters } from './tenant-parameters.ts';

/** How far one resource type is. */
function progressOf({ type, state, done, total }: ParameterState): ParametersParameter {
  return {
    name: 'type',
    part: [
      { name: 'type', valueCode: type },
      { name: 'state', valueCode: state },
      { name: 'percent', valueInteger: state === 'ready' ? 100 : percent(done, total) },
      { name: 'resources', valueInteger: done },
    ],
  };
}

async function status(parameters: TenantParameters, request: OperationRequest): Promise<OperationResponse> {
  const { context, repository, id } = request;
  const parameter = await repository.readResource<SearchParameter>('SearchParameter', id as string);
  await parameters.refresh(context.tenant);
  const isActive = parameters
    .infosOf(context.tenant)
    .some(({ url, code }) => url === parameter.url && code === parameter.code);
  const states = isActive
    ? parameters
        .statesOf(context.tenant)
        .filter(({ code, type }) => code === parameter.code && parameter.base?.some((base) => base === type))
    : [];
  const ready = states.length > 0 && states.every(({ state }) => state === 'ready');
  const resource: Parameters = {
    resourceType: 'Parameters',
    parameter: [
      { name: 'state', valueCode: ready ? 'ready' : isActive ? 'indexing' : 'inactive' },
      ...states.map(progressOf),
    ],
  };
  return { resource };
}

/**
 * `GET SearchParameter/[id]/$index-status`: how many of the older resources can be found by a parameter of the project's
 * own, in percent for each type. `inactive` for drafts, retired ones and copies of standard parameters.
 */
export function indexStatusOperation(parameters: TenantParameters): Operation {
  return {
    name: '$index-status',
    level: 'instance',
    types: ['SearchParameter'],
    methods: ['GET'],
    definition: 'https://mindbridge.health/fhir/OperationDefinition/index-status',
    handle: (request) => status(parameters, request),
  };
}

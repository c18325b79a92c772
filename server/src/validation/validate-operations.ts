import type { SearchRequest } from '@medplum/core';
import type { Bundle, OperationOutcome, Parameters, Resource, StructureDefinition } from '@medplum/fhirtypes';
import type { Definitions } from '../definitions/index.ts';
import { FhirError, type Issue, invalid, outcomeOf } from '../fhir/index.ts';
import { isJson } from './json.ts';
import type { ProfileSources } from './profile/profile-set.ts';
import type { ProfileValidator } from './profile/profile-validator.ts';
import type { Validator } from './validator.ts';

/** What these operations need of a request; the repository room's OperationRequest has it. */
export interface ValidateCall {
  readonly repository: {
    readResource(resourceType: string, id: string): Promise<Resource>;
    searchResources(request: SearchRequest): Promise<Resource[]>;
  };
  readonly resourceType?: string;
  readonly id?: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

/** An operation of this room; fits the contract of the repository room, which ranks above. */
export interface ValidateOperation {
  readonly name: string;
  readonly level: 'system' | 'type' | 'instance';
  readonly types: readonly string[];
  readonly methods: readonly ('GET' | 'POST')[];
  readonly definition: string;
  handle(call: ValidateCall): Promise<{ readonly resource: Resource | OperationOutcome }>;
}

/** What the operations stand on; `sourcesFor` binds profiles and codes to the tenant of the call. */
export interface ValidateDependencies {
  readonly definitions: Definitions;
  readonly validator: Validator;
  readonly profiles: ProfileValidator;
  sourcesFor(call: ValidateCall): ProfileSources;
}

/** `$validate` for all types, and `StructureDefinition/$expand-profile`. @see https://hl7.org/fhir/R4/resource-operation-validate.html */
export function validateOperations(dependencies: ValidateDependencies): ValidateOperation[] {
  const validate = (level: ValidateOperation['level']): ValidateOperation => ({
    name: '$validate',
    level,
    types: ['*'],
    methods: level === 'instance' ? ['GET', 'POST'] : ['POST'],
    definition: 'http://hl7.org/fhir/OperationDefinition/Resource-validate',
    handle: async (call) => ({ resource: outcomeFor(await validateCall(call, dependencies)) }),
  });
  return [
    validate('system'),
    validate('type'),
    validate('instance'),
    {
      name: '$expand-profile',
      level: 'type',
      types: ['StructureDefinition'],
      methods: ['GET', 'POST'],
      definition: 'https://medplum.com/fhir/OperationDefinition/structuredefinition-expand-profile',
      handle: async (call) => ({ resource: await expandProfile(call, dependencies) }),
    },
  ];
}

const MODES = new Set(['create', 'update', 'delete', 'profile']);

async function validateCall(call: ValidateCall, dependencies: ValidateDependencies): Promise<Issue[]> {
  const { resource, mode, profile } = await inputsOf(call);
  if (mode && !MODES.has(mode)) {
    throw invalid('operation-parameter', 'Parameter mode must be one of create, update, delete, profile');
  }
  if (mode === 'delete' && resource === undefined) {
    return [];
  }
  const issues = [
    ...dependencies.validator.validate(resource, { warnings: true, type: call.resourceType }),
    ...idIssues(call, mode, resource),
  ];
  const sound = !issues.some((issue) => issue.severity === 'error');
  if (sound && typeof resource === 'object' && resource !== null) {
    const options = { warnings: true, ...(profile && { profiles: [profile] }) };
    issues.push(...(await dependencies.profiles.validate(resource, dependencies.sourcesFor(call), options)));
    if (profile && issues.some((i) => i.key === 'profile-unknown' && i.text.includes(profile))) {
      throw new FhirError(
        404,
        [{ severity: 'error', code: 'not-found', key: 'profile-unknown', text: `Profile ${profile} is not known` }],
        'not-found',
      );
    }
  }
  return issues;
}

function idIssues(call: ValidateCall, mode: string | undefined, resource: unknown): Issue[] {
  const json = isJson(resource) ? resource : {};
  const isGood = typeof json.id === 'string' && json.id === (call.id ?? json.id);
  if (mode !== 'update' || isGood) {
    return [];
  }
  const text =
    json.id === undefined
      ? 'An update needs the id of the resource'
      : 'The id of the resource is not the one in the URL';
  const expression = `${call.resourceType ?? String(json.resourceType)}.id`;
  return [{ severity: 'error', code: 'invalid', key: 'update-id', text, expression }];
}

interface Inputs {
  readonly resource: unknown;
  readonly mode?: string;
  readonly profile?: string;
}

/** The resource may be the body itself, a parameter of it, or the stored one of the instance. */
async function inputsOf(call: ValidateCall): Promise<Inputs> {
  const parameters = isParameters(call.body) && call.resourceType !== 'Parameters' ? (call.body.parameter ?? []) : [];
  const given = (name: string): string | undefined => {
    const parameter = parameters.find((p) => p.name === name);
    return (
      call.query.get(name) ??
      parameter?.valueCode ??
      parameter?.valueUri ??
      parameter?.valueCanonical ??
      parameter?.valueString
    );
  };
  const wrapped = parameters.find((p) => p.name === 'resource')?.resource;
  const bare = isParameters(call.body) && call.resourceType !== 'Parameters' ? undefined : emptyToNothing(call.body);
  let resource: unknown = wrapped ?? bare;
  if (resource === undefined && call.id && call.resourceType) {
    resource = await call.repository.readResource(call.resourceType, call.id);
  }
  const [mode, profile] = [given('mode'), given('profile')];
  return { resource, ...(mode && { mode }), ...(profile && { profile }) };
}

function emptyToNothing(body: unknown): unknown {
  return typeof body === 'object' && body !== null && Object.keys(body).length === 0 ? undefined : body;
}

function isParameters(body: unknown): body is Parameters {
  return (
    typeof body === 'object' &&
    body !== null &&
    'resourceType' in body &&
    body.resourceType === 'Parameters' &&
    (!('parameter' in body) ||
      (Array.isArray(body.parameter) && body.parameter.every((p) => typeof p === 'object' && p !== null)))
  );
}

function outcomeFor(issues: readonly Issue[]): OperationOutcome {
  return outcomeOf(
    issues.length > 0
      ? issues
      : [{ severity: 'information', code: 'informational', key: 'valid', text: 'No issue was found' }],
  );
}

/** Most profiles in one answer. */
const MOST = 200;

async function expandProfile(call: ValidateCall, { definitions, sourcesFor }: ValidateDependencies): Promise<Bundle> {
  const url = call.query.get('url') ?? urlIn(call.body);
  if (!url) {
    throw invalid('operation-parameter', 'Missing parameter: need url');
  }
  const sources = sourcesFor(call);
  const found = new Map<string, StructureDefinition>();
  const queue = [url];
  for (let next = queue.shift(); next !== undefined && found.size < MOST; next = queue.shift()) {
    if (found.has(next)) {
      continue;
    }
    const profile =
      definitions.resource<StructureDefinition>('StructureDefinition', next) ?? (await sources.loadProfile(next));
    if (profile) {
      found.set(next, profile);
      queue.push(...nestedProfiles(profile));
    }
  }
  if (!found.has(url)) {
    throw new FhirError(
      404,
      [{ severity: 'error', code: 'not-found', key: 'profile-unknown', text: `Profile ${url} is not known` }],
      'not-found',
    );
  }
  return { resourceType: 'Bundle', type: 'collection', entry: [...found.values()].map((resource) => ({ resource })) };
}

function nestedProfiles(profile: StructureDefinition): string[] {
  return (profile.snapshot?.element ?? profile.differential?.element ?? []).flatMap((element) =>
    (element.type ?? []).flatMap((type) => type.profile ?? []),
  );
}

function urlIn(body: unknown): string | undefined {
  if (isParameters(body)) {
    const parameter = body.parameter?.find((p) => p.name === 'url');
    return parameter?.valueUri ?? parameter?.valueString ?? parameter?.valueCanonical;
  }
  return typeof body === 'object' && body !== null && 'url' in body && typeof body.url === 'string'
    ? body.url
    : undefined;
}

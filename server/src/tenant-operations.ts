import type { Parameters, Project, ProjectSetting } from '@medplum/fhirtypes';
import { z } from 'zod';
import type { AuthState, CredentialCarrier } from './auth/index.ts';
import { forbidden, invalid, notFound } from './fhir/index.ts';
import type { Operation, OperationRequest, OperationResponse, Repository } from './repository/index.ts';
import { PLATFORM, type Tenants } from './tenancy/index.ts';

export interface TenantOperationsDependencies {
  readonly tenants: Tenants;
  readonly authenticate: (request: CredentialCarrier) => Promise<AuthState>;
  readonly systemRepository: (tenant: number) => Repository;
  /** Ends what is believed of a tenant's tokens in this process; the others look again within five seconds. */
  readonly forgetTenant: (tenant: number) => void;
}

const CANONICAL = 'https://mindbridge.health/fhir/OperationDefinition/';
const LIMIT_NAMES = ['rateLimitTenant', 'rateLimitUser', 'rateLimitClient'] as const;

const LIMITS = z.object({
  parameter: z
    .array(z.object({ name: z.enum(LIMIT_NAMES), valueInteger: z.int().min(0).max(1_000_000_000) }))
    .min(1)
    .max(LIMIT_NAMES.length),
});

type Handler = (request: OperationRequest, tenant: number, projectId: string) => Promise<readonly ProjectSetting[]>;

/** What the platform's operators do to a clinic as a whole: stop it, let it go on, and say how much it may ask in a minute. */
export function tenantOperations(deps: TenantOperationsDependencies): Operation[] {
  const status =
    (to: 'active' | 'suspended'): Handler =>
    async (_request, tenant) => {
      await deps.tenants.setStatus(tenant, to);
      deps.forgetTenant(tenant);
      return [{ name: 'status', valueString: to }];
    };
  const limits: Handler = async ({ body }, tenant, projectId) => {
    const read = LIMITS.safeParse(body);
    if (!read.success) {
      throw invalid(
        'rate-limits',
        `Needed Parameters with valueInteger for some of ${LIMIT_NAMES.join(', ')}`,
        'parameter',
      );
    }
    const changed = read.data.parameter;
    for (const place of [tenant, PLATFORM.tenant]) {
      const repository = deps.systemRepository(place);
      const project = await repository.readResource<Project>('Project', projectId);
      const kept = (project.systemSetting ?? []).filter(({ name }) => changed.every((one) => one.name !== name));
      await repository.updateResource<Project>({ ...project, systemSetting: [...kept, ...changed] });
    }
    deps.forgetTenant(tenant);
    return changed;
  };
  return [
    platformOperation(deps, '$suspend', status('suspended')),
    platformOperation(deps, '$resume', status('active')),
    platformOperation(deps, '$rate-limits', limits),
  ];
}

function platformOperation(deps: TenantOperationsDependencies, name: string, run: Handler): Operation {
  return {
    name,
    level: 'instance',
    types: ['Project'],
    methods: ['POST'],
    definition: `${CANONICAL}${name.slice(1)}`,
    async handle(request): Promise<OperationResponse> {
      const state = await deps.authenticate({ headers: request.headers });
      if (!state.isSuperAdmin) {
        throw forbidden('platform-only', 'Only operators of the platform may do this');
      }
      const projectId = request.id ?? '';
      const tenant = await deps.tenants.numberOf(projectId);
      if (tenant === undefined || tenant === PLATFORM.tenant) {
        throw notFound();
      }
      const parameter = [...(await run(request, tenant, projectId))];
      const resource: Parameters = { resourceType: 'Parameters', parameter };
      return { resource };
    },
  };
}

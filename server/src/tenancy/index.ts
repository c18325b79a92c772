/** Which Project: rows of `tenant` ↔ Project resources. A tenant's number is internal and never leaves the server. */
export { createTenants, PLATFORM, type Tenant, type Tenants } from './tenant.ts';

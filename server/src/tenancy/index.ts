/**
 * Which Project: rows of `tenant` ↔ Project resources; and how much each may ask. A tenant's number is internal and never
 * leaves the server.
 */
export { createRateLimiter, type RateLimiter, type RateSubject, type RateVerdict } from './rate-limiter.ts';
export { type RateLimits, rateLimitsOf } from './rate-limits.ts';
export { createTenants, PLATFORM, type Tenant, type Tenants } from './tenant.ts';

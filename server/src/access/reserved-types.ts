/** Types of the platform itself (tenant 0): no policy of a clinic opens them, whatever it says. */
export const PLATFORM_TYPES: ReadonlySet<string> = new Set([
  'DomainConfiguration',
  'Enterprise',
  'JsonWebKey',
  'Login',
  'PasswordChangeRequest',
  'User',
  'UserSecurityRequest',
]);

/** Types that steer access itself: a policy must name them (`*` does not cover them), and only project admins write them. */
export const ADMIN_TYPES: ReadonlySet<string> = new Set([
  'AccessPolicy',
  'Bot',
  'ClientApplication',
  'Project',
  'ProjectMembership',
]);

/** Types that only the server writes, by its own operations. */
export const SERVER_WRITTEN_TYPES: ReadonlySet<string> = new Set(['Project']);

import type { ClientApplication, ProjectMembership, Resource, Subscription } from '@medplum/fhirtypes';

/** Types by which an admin could open records to himself. */
const STEERING: ReadonlySet<string> = new Set([
  'AccessPolicy',
  'Bot',
  'ClientApplication',
  'ProjectMembership',
  'Subscription',
]);

/** Is the type one of those? One look, so that writes of all others pay nothing. */
export const steersAccess = (resourceType: string): boolean => STEERING.has(resourceType);

const rightsOf = ({ access, accessPolicy, admin, active }: ProjectMembership): string =>
  JSON.stringify([access ?? [], accessPolicy?.reference ?? '', admin === true, active !== false]);

/** By what a client shows who it is, and what it may ask for by itself. */
const proofOf = (client: ClientApplication): string => {
  const { secret, retiringSecret, jwksUri, defaultScope } = client as ClientApplication & {
    readonly retiringSecret?: string;
    readonly defaultScope?: readonly string[];
  };
  return JSON.stringify([secret, retiringSecret, jwksUri, defaultScope]);
};

const isSocket = (subscription: Subscription | undefined): boolean =>
  subscription === undefined || subscription.channel?.type === 'websocket';

/**
 * Does a change need somebody to agree to it? Rules, code that reacts to records, what is sent outside, and what a member
 * or a client may do; not names, and not the live screens of somebody who is signed in.
 */
export function isSteeringChange(before: Resource | undefined, after: Resource | undefined): boolean {
  const [old, next] = [before ?? after, after ?? before];
  switch (next?.resourceType) {
    case 'AccessPolicy':
    case 'Bot':
      return true;
    case 'Subscription':
      return !isSocket(old as Subscription) || !isSocket(next);
    case 'ProjectMembership':
      return !before || !after || rightsOf(old as ProjectMembership) !== rightsOf(next);
    case 'ClientApplication':
      return before !== undefined && after !== undefined && proofOf(old as ClientApplication) !== proofOf(next);
    default:
      return false;
  }
}

import type { Subscription } from '@medplum/fhirtypes';
import type { AccessGrant, AccessRule } from './access/index.ts';
import { forbidden } from './fhir/index.ts';
import type { WriteGuard } from './repository/index.ts';

const CRITERIA = /^([A-Z][A-Za-z]+)(?:\?(.*))?$/;

function parametersOf(query: string): URLSearchParams {
  return new URLSearchParams(query);
}

/** `_compartment=Patient/x` holds for what is found by `subject` or `patient` with that very patient, too. */
function names(asked: URLSearchParams, name: string, value: string): boolean {
  const spellings = name === '_compartment' ? ['_compartment', 'subject', 'patient'] : [name];
  return spellings.some((spelling) => asked.getAll(spelling).includes(value));
}

/** Does every match of the criteria lie within the rule? It does where the criteria name each constraint of the rule. */
function isWithin(asked: URLSearchParams, { criteria }: AccessRule): boolean {
  const needed = parametersOf(criteria?.split('?')[1] ?? '');
  return [...needed].every(([name, value]) => names(asked, name, value));
}

/** Do the scopes of the caller, if any, let everything through that the Subscription asks for? */
function scopesPermit({ ruleSets }: AccessGrant, { criteria = '' }: Subscription): boolean {
  const [, type, query = ''] = CRITERIA.exec(criteria) ?? [];
  const scopes = ruleSets.filter(({ source }) => source === 'scope');
  return scopes.every(
    (scope) => type !== undefined && scope.rulesFor(type, 'read').some((rule) => isWithin(parametersOf(query), rule)),
  );
}

/**
 * A Subscription is served by the rights of its author, whatever token it was made with. So an app whose scopes narrow
 * these rights must ask for no more than its scopes show; and one that a person let in is told by websocket only, which
 * ends with its access.
 * @see security.md S8, S16
 */
export const scopedSubscriptions: WriteGuard = ({ context, grant, after }) => {
  if (after.resourceType !== 'Subscription' || !grant.ruleSets.some(({ source }) => source === 'scope')) {
    return after;
  }
  if (!scopesPermit(grant, after)) {
    throw forbidden(
      'subscription-scope',
      'The criteria must name every constraint of the scopes that the app was granted',
    );
  }
  const isOwnAuthor = context.author.startsWith('ClientApplication/');
  if (!isOwnAuthor && after.channel.type !== 'websocket') {
    throw forbidden('subscription-channel', 'An app that acts for a person is told by websocket only');
  }
  return after;
};

import type { ClientApplication } from '@medplum/fhirtypes';
import { sameSecret } from './secrets.ts';

/** May this client act at all? */
export function isClientOn(client: ClientApplication): boolean {
  return (client.status ?? 'active') === 'active';
}

/** A client with a secret or keys must prove itself; one without is public and leans on PKCE alone. */
export function isConfidential(client: ClientApplication): boolean {
  return Boolean(client.secret || client.retiringSecret || client.jwksUri);
}

/** Extensions of a client that say until when its secret, and the one before it, work. */
export const SECRET_EXPIRES = 'https://mindbridge.health/fhir/StructureDefinition/secret-expires';
export const RETIRING_SECRET_EXPIRES = 'https://mindbridge.health/fhir/StructureDefinition/retiring-secret-expires';

function isInTime(client: ClientApplication, url: string, now: Date): boolean {
  const end = client.extension?.find((extension) => extension.url === url)?.valueInstant;
  return end === undefined || Date.parse(end) > now.getTime();
}

/** Does the secret belong to the client? A retiring secret works until it is taken away; either one until it expires. */
export function clientSecretMatches(client: ClientApplication, secret: string, now: Date): boolean {
  const secrets = [
    isInTime(client, SECRET_EXPIRES, now) && client.secret,
    isInTime(client, RETIRING_SECRET_EXPIRES, now) && client.retiringSecret,
  ].filter((own): own is string => Boolean(own));
  return isClientOn(client) && secrets.map((own) => sameSecret(own, secret)).includes(true);
}

/** The redirect URIs that a client has registered; they are compared character by character. */
export function redirectUris(client: ClientApplication): readonly string[] {
  return [...(client.redirectUris ?? []), ...(client.redirectUri ? [client.redirectUri] : [])];
}

/** May a code be sent here? Without a client (the server's own sign-in) only within the own origin. */
export function isRedirectAllowed(client: ClientApplication | undefined, uri: string, baseUrl: string): boolean {
  if (client) {
    return redirectUris(client).includes(uri);
  }
  return URL.canParse(uri) && new URL(uri).origin === new URL(baseUrl).origin && !uri.includes('#');
}

/** Do all of the client's addresses lie on this server's own origin? Its apps need no consent, as they are the server's. */
export function isFirstParty(client: ClientApplication, baseUrl: string): boolean {
  const uris = redirectUris(client);
  return uris.length > 0 && uris.every((uri) => URL.canParse(uri) && new URL(uri).origin === new URL(baseUrl).origin);
}

/** Why an app was opened: from an EHR, back from its sign-in, or by itself. */
export type Opening =
  | { readonly kind: 'launch'; readonly iss: string; readonly launch?: string; readonly clientId: string }
  | { readonly kind: 'return' }
  | { readonly kind: 'resume' };

const clientKey = (app: string): string => `mindbridge-${app}-client`;

/** Client id of this app at the record system: from the launch address, else the one used last. */
function clientIdOf(
  app: string,
  query: URLSearchParams,
  storage: Pick<Storage, 'getItem' | 'setItem'>,
): string | undefined {
  const given = query.get('client_id');
  if (given) {
    storage.setItem(clientKey(app), given);
  }
  return given ?? lastClientId(app, storage);
}

/** Reads why an app was opened. A launch without a known client id is a `resume`, which says what is missing. */
export function openingOf(app: string, query: URLSearchParams, storage: Pick<Storage, 'getItem' | 'setItem'>): Opening {
  if (query.has('state') && (query.has('code') || query.has('error'))) {
    return { kind: 'return' };
  }
  const clientId = clientIdOf(app, query, storage);
  const iss = query.get('iss');
  if (iss && clientId) {
    return { kind: 'launch', iss, launch: query.get('launch') ?? undefined, clientId };
  }
  return { kind: 'resume' };
}

/** The client id that was used last, for opening the app by itself. */
export function lastClientId(app: string, storage: Pick<Storage, 'getItem'>): string | undefined {
  return storage.getItem(clientKey(app)) ?? undefined;
}

/** True for the FHIR base of the server that serves the apps. Which others a page may call, its Content-Security-Policy says. */
export function isOwn(iss: string, origin: string): boolean {
  return URL.canParse(iss) && new URL(iss).origin === origin;
}

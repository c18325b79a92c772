import { isIP } from 'node:net';

/** This server as WebAuthn knows it. @see https://www.w3.org/TR/webauthn-3/#relying-party-identifier */
export interface RelyingParty {
  readonly id: string;
  readonly origin: string;
}

/** The relying party of an installation; undefined where its address is a number, for which no passkey can be made. */
export function relyingParty(baseUrl: string): RelyingParty | undefined {
  const { hostname, origin } = new URL(baseUrl);
  return isIP(hostname.replace(/^\[|\]$/g, '')) ? undefined : { id: hostname, origin };
}

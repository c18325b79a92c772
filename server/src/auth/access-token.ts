import { type CryptoKey, decodeJwt, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { SIGNING_ALGORITHM, type SigningKeys } from './signing-keys.ts';

/** Longest life of an access token in seconds. */
export const MAX_ACCESS_TOKEN_SECONDS = 3600;

/** What an access token says. `login_id` must be there for MedplumClient to ask for `auth/me`. */
export interface AccessTokenClaims {
  readonly sub: string;
  readonly login_id: string;
  readonly scope: string;
  readonly profile: string;
  readonly jti: string;
  readonly client_id?: string;
  /** Set on a bot's token: it stands for no session, but for a membership and a run. */
  readonly bot?: {
    readonly tenant: number;
    readonly membership: string;
    /** Membership of the person whose rights also apply. */
    readonly runAs?: string;
    readonly depth: number;
    /** Resource types that the bot's manifest declares; absent when it has none. */
    readonly declared?: DeclaredTypes;
    /** Values of `%patient`, `%patients` and `%encounter` in the bot's policy: whom the run is about. */
    readonly subject?: BotSubject;
  };
}

/** Whom a run of a bot is about, as literal references. */
export interface BotSubject {
  readonly patient?: string;
  /** All of them, separated by commas. */
  readonly patients?: string;
  readonly encounter?: string;
}

/** What a bot says it reads and writes. */
export interface DeclaredTypes {
  readonly reads: readonly string[];
  readonly writes: readonly string[];
}

const CLAIMS = z.object({
  sub: z.string(),
  login_id: z.string(),
  scope: z.string(),
  profile: z.string(),
  jti: z.string(),
  exp: z.number(),
  client_id: z.string().optional(),
  bot: z
    .object({
      tenant: z.number(),
      membership: z.string(),
      runAs: z.string().optional(),
      depth: z.number(),
      declared: z.object({ reads: z.array(z.string()), writes: z.array(z.string()) }).optional(),
      subject: z
        .object({ patient: z.string().optional(), patients: z.string().optional(), encounter: z.string().optional() })
        .optional(),
    })
    .optional(),
});

/** A verified token. */
export type VerifiedToken = AccessTokenClaims & { readonly exp: number };

/** Signs an access token. @see https://www.rfc-editor.org/rfc/rfc9068 */
export function signAccessToken(
  keys: SigningKeys,
  claims: AccessTokenClaims,
  life: { readonly issuer: string; readonly now: Date; readonly seconds: number },
): Promise<string> {
  const issuedAt = Math.floor(life.now.getTime() / 1000);
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: SIGNING_ALGORITHM, kid: keys.current.kid, typ: 'at+jwt' })
    .setIssuer(life.issuer)
    .setAudience(`${life.issuer}/fhir/R4`)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + Math.min(life.seconds, MAX_ACCESS_TOKEN_SECONDS))
    .sign(keys.current.privateKey);
}

/** Verifies signature, issuer, audience, type and life of an access token; undefined when anything is wrong with it. */
export async function verifyAccessToken(
  keys: SigningKeys,
  token: string,
  options: { readonly issuer: string; readonly now: Date },
): Promise<VerifiedToken | undefined> {
  try {
    const { payload } = await jwtVerify(
      token,
      (header) => {
        const key = keys.publicKeys.get(header.kid ?? '');
        if (!key) {
          throw new Error('unknown kid');
        }
        return key;
      },
      {
        algorithms: [SIGNING_ALGORITHM],
        issuer: options.issuer,
        audience: `${options.issuer}/fhir/R4`,
        typ: 'at+jwt',
        currentDate: options.now,
      },
    );
    return CLAIMS.parse(payload);
  } catch {
    return undefined;
  }
}

const HINT = z.object({ sid: z.string(), aud: z.string() });

/** Which session an ID token of this server belongs to, however old it is; undefined when it is none. */
export async function readIdTokenHint(
  keys: SigningKeys,
  token: string,
  issuer: string,
): Promise<z.infer<typeof HINT> | undefined> {
  try {
    const keyOf = (header: { kid?: string }) => keys.publicKeys.get(header.kid ?? '') as CryptoKey;
    const issuedAt = decodeJwt(token).iat ?? 0;
    const options = { algorithms: [SIGNING_ALGORITHM], issuer, typ: 'JWT', currentDate: new Date(issuedAt * 1000) };
    return HINT.parse((await jwtVerify(token, keyOf, options)).payload);
  } catch {
    return undefined;
  }
}

/** Signs an OpenID Connect ID token. @see https://openid.net/specs/openid-connect-core-1_0.html#IDToken */
export function signIdToken(
  keys: SigningKeys,
  claims: {
    readonly sub: string;
    readonly aud: string;
    readonly nonce?: string;
    readonly fhirUser: string;
    readonly [name: string]: unknown;
  },
  life: { readonly issuer: string; readonly now: Date; readonly seconds: number },
): Promise<string> {
  const issuedAt = Math.floor(life.now.getTime() / 1000);
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: SIGNING_ALGORITHM, kid: keys.current.kid, typ: 'JWT' })
    .setIssuer(life.issuer)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + life.seconds)
    .sign(keys.current.privateKey);
}

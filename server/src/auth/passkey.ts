import type { User } from '@medplum/fhirtypes';
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';
import { z } from 'zod';
import { FhirError, invalid } from '../fhir/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import { findById } from './find-resource.ts';
import { CHALLENGE_MS, type ChallengePurpose, newChallenge, spendChallenge } from './passkey-challenge.ts';
import { countUse, findPasskey, type Passkey, passkeysOf, storePasskey } from './passkey-store.ts';
import { type RelyingParty, relyingParty } from './relying-party.ts';

const BASE64URL = z
  .string()
  .regex(/^[A-Za-z0-9_-]+$/)
  .max(65_536);
const CREDENTIAL = z.object({
  id: BASE64URL.max(1400),
  rawId: BASE64URL.max(1400),
  type: z.literal('public-key'),
  clientExtensionResults: z.object({}).default({}),
});

/** `credential.toJSON()` of a new passkey. @see https://www.w3.org/TR/webauthn-3/#dictdef-registrationresponsejson */
export const REGISTRATION = CREDENTIAL.extend({
  response: z.object({
    clientDataJSON: BASE64URL,
    attestationObject: BASE64URL,
    transports: z
      .array(z.string().regex(/^[a-z-]{1,20}$/))
      .max(10)
      .optional(),
  }),
});

/** `credential.toJSON()` of a signature. @see https://www.w3.org/TR/webauthn-3/#dictdef-authenticationresponsejson */
export const ASSERTION = CREDENTIAL.extend({
  response: z.object({
    clientDataJSON: BASE64URL,
    authenticatorData: BASE64URL,
    signature: BASE64URL,
    userHandle: BASE64URL.max(128).nullish(),
  }),
});
export type PasskeyAssertion = z.infer<typeof ASSERTION>;

/** The library is loaded with the first passkey: an installation without any does not carry its weight. */
const library = () => import('@simplewebauthn/server');

function partyOf({ baseUrl }: AuthDependencies): RelyingParty {
  const party = relyingParty(baseUrl);
  if (!party) {
    throw new FhirError(501, [
      {
        severity: 'error',
        code: 'not-supported',
        key: 'passkey-host',
        text: 'Passkeys need a host name, not a number',
      },
    ]);
  }
  return party;
}

const refused = (): FhirError => invalid('passkey-invalid', 'The passkey was not accepted', 'response');

/** What a browser needs to make a passkey for a person. */
export async function registrationOptions(
  deps: AuthDependencies,
  userId: string,
  subject: string,
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const party = partyOf(deps);
  const [user, keys, { generateRegistrationOptions }] = await Promise.all([
    findById<User>(deps.database, 0, 'User', userId),
    passkeysOf(deps.database, userId),
    library(),
  ]);
  return generateRegistrationOptions({
    rpName: 'MindBridge',
    rpID: party.id,
    userName: user?.email ?? userId,
    userDisplayName: [user?.firstName, user?.lastName].filter(Boolean).join(' '),
    userID: new TextEncoder().encode(userId),
    challenge: await newChallenge(deps.database, { purpose: 'register', subject }, deps.clock()),
    timeout: CHALLENGE_MS,
    excludeCredentials: keys.map(({ credential, transports }) => ({ id: credential, transports: [...transports] })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
}

/** Takes a new passkey in. @throws FhirError 400 in the same words whatever is wrong with it. */
export async function registerPasskey(
  deps: AuthDependencies,
  owner: { readonly userId: string; readonly subject: string },
  { response, name }: { readonly response: z.infer<typeof REGISTRATION>; readonly name?: string },
): Promise<Passkey> {
  const party = partyOf(deps);
  const { verifyRegistrationResponse } = await library();
  const purpose: ChallengePurpose = { purpose: 'register', subject: owner.subject };
  const verified = await verifyRegistrationResponse({
    response,
    expectedChallenge: (challenge) => spendChallenge(deps.database, challenge, purpose, deps.clock()),
    expectedOrigin: party.origin,
    expectedRPID: party.id,
    requireUserVerification: true,
  }).catch(() => undefined);
  if (!verified?.verified) {
    throw refused();
  }
  const { credential, credentialDeviceType, credentialBackedUp } = verified.registrationInfo;
  const synced = credentialDeviceType === 'multiDevice' || credentialBackedUp;
  const key: Passkey = {
    credential: credential.id,
    userId: owner.userId,
    name: name?.trim() || (synced ? 'Synced passkey' : 'Security key'),
    publicKey: Buffer.from(credential.publicKey).toString('base64url'),
    counter: credential.counter,
    transports: response.response.transports ?? [],
    synced,
    createdAt: deps.clock(),
    lastUsedAt: null,
  };
  if (!(await storePasskey(deps.database, key))) {
    throw refused();
  }
  deps.log({ event: 'auth.factor-enrolled', user: owner.userId });
  return key;
}

/** What a browser needs to ask for a signature: of one person's passkeys, or of whichever the browser has. */
export async function assertionOptions(
  deps: AuthDependencies,
  purpose: ChallengePurpose,
  userId?: string,
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const party = partyOf(deps);
  const { generateAuthenticationOptions } = await library();
  const keys = userId === undefined ? [] : await passkeysOf(deps.database, userId);
  return generateAuthenticationOptions({
    rpID: party.id,
    challenge: await newChallenge(deps.database, purpose, deps.clock()),
    timeout: CHALLENGE_MS,
    userVerification: 'required',
    allowCredentials: keys.map(({ credential, transports }) => ({ id: credential, transports: [...transports] })),
  });
}

/**
 * The person whose passkey signed: the challenge is spent, the origin is this server's, the person was verified by the
 * authenticator, and the signature's count has grown. Undefined when anything is wrong.
 * @see https://www.w3.org/TR/webauthn-3/#sctn-verifying-assertion
 */
export async function usePasskey(
  deps: AuthDependencies,
  response: PasskeyAssertion,
  purpose: ChallengePurpose,
): Promise<string | undefined> {
  const party = partyOf(deps);
  const key = await findPasskey(deps.database, response.id);
  const handle = response.response.userHandle;
  if (!key || (handle && Buffer.from(handle, 'base64url').toString() !== key.userId)) {
    return undefined;
  }
  const { verifyAuthenticationResponse } = await library();
  const { userHandle: _, ...signed } = response.response;
  const result = await verifyAuthenticationResponse({
    response: { ...response, response: signed },
    expectedChallenge: (challenge) => spendChallenge(deps.database, challenge, purpose, deps.clock()),
    expectedOrigin: party.origin,
    expectedRPID: party.id,
    requireUserVerification: true,
    credential: {
      id: key.credential,
      publicKey: Buffer.from(key.publicKey, 'base64url'),
      counter: key.counter,
      transports: [...key.transports],
    },
  }).catch(() => undefined);
  const counter = result?.verified ? result.authenticationInfo.newCounter : undefined;
  const counted =
    counter !== undefined && (await countUse(deps.database, key.credential, { counter, now: deps.clock() }));
  return counted ? key.userId : undefined;
}

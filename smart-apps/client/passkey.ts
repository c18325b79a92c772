/** True when this browser can make and use passkeys with the JSON forms of WebAuthn. @see https://www.w3.org/TR/webauthn-3/ */
export function passkeysSupported(): boolean {
  return (
    typeof PublicKeyCredential !== 'undefined' &&
    typeof PublicKeyCredential.parseCreationOptionsFromJSON === 'function' &&
    typeof PublicKeyCredential.parseRequestOptionsFromJSON === 'function'
  );
}

/** The person closed the browser's dialog, or it took too long: nothing happened, and nothing needs to be said twice. */
export class PasskeyCancelledError extends Error {}

async function ask(request: () => Promise<Credential | null>): Promise<unknown> {
  try {
    const credential = await request();
    if (credential instanceof PublicKeyCredential) {
      return credential.toJSON();
    }
  } catch (error) {
    if (!(error instanceof DOMException) || (error.name !== 'NotAllowedError' && error.name !== 'AbortError')) {
      throw error;
    }
  }
  throw new PasskeyCancelledError('No passkey was used. Try again, or choose another way.');
}

/** Makes a passkey from the server's options. @throws PasskeyCancelledError */
export function makePasskey(options: PublicKeyCredentialCreationOptionsJSON): Promise<unknown> {
  return ask(() =>
    navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) }),
  );
}

/** Signs the server's challenge with a passkey. @throws PasskeyCancelledError */
export function signWithPasskey(options: PublicKeyCredentialRequestOptionsJSON): Promise<unknown> {
  return ask(() => navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) }));
}

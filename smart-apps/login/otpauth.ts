/** The key inside an `otpauth:` address, for people who must type it. @see https://github.com/google/google-authenticator/wiki/Key-Uri-Format */
export function secretOf(uri: string): string | undefined {
  try {
    return new URL(uri).searchParams.get('secret') ?? undefined;
  } catch {
    return undefined;
  }
}

/** "JBSW Y3DP EHPK": easier to read aloud and to type. */
export function groupsOfFour(secret: string): string {
  return secret.match(/.{1,4}/g)?.join(' ') ?? '';
}

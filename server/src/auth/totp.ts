import { createHmac, randomBytes } from 'node:crypto';

const STEP_SECONDS = 30;
const DIGITS = 6;
/** Clocks of telephones may be one step off. */
const WINDOW = 1;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** A new secret of 160 random bits, as RFC 4226 recommends. */
export function newTotpSecret(): Buffer {
  return randomBytes(20);
}

/** @see https://www.rfc-editor.org/rfc/rfc4648#section-6 */
export function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? []).map((five) => ALPHABET[Number.parseInt(five.padEnd(5, '0'), 2)]).join('');
}

/** The number of the time step a moment lies in. */
export function totpCounter(now: Date): number {
  return Math.floor(now.getTime() / 1000 / STEP_SECONDS);
}

/** The code of one time step. @see https://www.rfc-editor.org/rfc/rfc4226#section-5.3 */
export function totpCode(secret: Uint8Array, counter: number): string {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(counter));
  const digest = createHmac('sha1', secret).update(message).digest();
  const offset = (digest[digest.length - 1] as number) & 15;
  const number = (digest.readUInt32BE(offset) & 0x7fff_ffff) % 10 ** DIGITS;
  return String(number).padStart(DIGITS, '0');
}

/** The time step a code belongs to, now or one step to either side; undefined for a wrong code. */
export function matchingCounter(secret: Uint8Array, code: string, now: Date): number | undefined {
  const given = code.replace(/\s/g, '');
  const middle = totpCounter(now);
  return Array.from({ length: 2 * WINDOW + 1 }, (_, index) => middle - WINDOW + index).find(
    (counter) => counter >= 0 && totpCode(secret, counter) === given,
  );
}

/** The address that authenticator apps read. @see https://github.com/google/google-authenticator/wiki/Key-Uri-Format */
export function otpauthUri(secret: Uint8Array, account: string): string {
  const query = new URLSearchParams({ secret: base32(secret), issuer: 'MindBridge' });
  return `otpauth://totp/MindBridge:${encodeURIComponent(account)}?${query}`;
}

/**
 * @see https://www.rfc-editor.org/rfc/rfc6238#appendix-B
 * @see https://www.rfc-editor.org/rfc/rfc4648#section-10
 */
import { expect, it } from 'vitest';
import { base32, matchingCounter, otpauthUri, totpCode, totpCounter } from './totp.ts';

const secret = Buffer.from('12345678901234567890');

it.each([
  [59, '287082'],
  [1111111109, '081804'],
  [1111111111, '050471'],
  [1234567890, '005924'],
  [2000000000, '279037'],
  [20000000000, '353130'],
])('gives the code of the RFC at second %i', (second, code) => {
  expect(totpCode(secret, totpCounter(new Date(second * 1000)))).toBe(code);
});

it('takes the step before and after, blanks and all, and no other', () => {
  const now = new Date(1111111111_000);
  const counter = totpCounter(now);
  const found = [-2, -1, 0, 1, 2].map((step) => matchingCounter(secret, totpCode(secret, counter + step), now));
  expect(found).toEqual([undefined, counter - 1, counter, counter + 1, undefined]);
  expect(matchingCounter(secret, '050 471', now)).toBe(counter);
  expect(matchingCounter(secret, '', now)).toBeUndefined();
});

it('writes base32 and the address for authenticator apps', () => {
  expect(['f', 'fo', 'foobar'].map((text) => base32(Buffer.from(text)))).toEqual(['MY', 'MZXQ', 'MZXW6YTBOI']);
  expect(otpauthUri(Buffer.from('foobar'), 'a@b.example')).toBe(
    'otpauth://totp/MindBridge:a%40b.example?secret=MZXW6YTBOI&issuer=MindBridge',
  );
});

/** Base64 and UTF-8 against the host's own. @see https://www.rfc-editor.org/rfc/rfc4648 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBase64, toBase64 } from './base64.ts';

describe('base64', () => {
  it('agrees with the host for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 100 }), (text) => {
        expect(toBase64(text)).toBe(Buffer.from(text, 'utf8').toString('base64'));
        expect(fromBase64(toBase64(text))).toBe(text);
      }),
    );
  });

  it.each([['!!!!'], [Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff]).toString('base64')], ['wIA=']])(
    'gives no text for %s',
    (data) => {
      expect(fromBase64(data)).toBeUndefined();
    },
  );
});

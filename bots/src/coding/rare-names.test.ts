/** Families of diseases that the code table files under another name. */
import { describe, expect, it } from 'vitest';
import { numberedCode, rareNames } from './rare-names.ts';

describe('rareNames', () => {
  it('gives each a well-formed code and a name in lower case', () => {
    for (const { code, name } of rareNames) {
      expect(code, name).toMatch(/^[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?$/);
      expect(name, code).toMatch(/^[a-z0-9][a-z0-9 .-]+$/);
    }
  });
});

describe('numberedCode', () => {
  it('reads the family of a numbered gene, and nothing else', () => {
    expect(['spg11', 'cmt2a', 'mps iiid', 'lqt 3'].map(numberedCode)).toEqual(['G11.4', 'G60.0', 'E76.22', 'I45.81']);
    expect(['als', 'oi', 'covid19', 'spg eleven', ''].map(numberedCode)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

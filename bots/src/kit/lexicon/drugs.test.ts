/** The curated medicines. */
import { describe, expect, it } from 'vitest';
import { drugClasses, drugs, looksLikeDrug } from './drugs.ts';

describe('drugs', () => {
  it('knows generic and brand names and classes', () => {
    const lisinopril = drugs.find((drug) => drug.name === 'lisinopril');
    expect(lisinopril?.names).toContain('zestril');
    expect(lisinopril?.classes).toContain('ace inhibitor');
    expect(drugClasses.get('statin')?.has('atorvastatin')).toBe(true);
  });

  it('holds no empty and no upper-case name', () => {
    for (const drug of drugs) {
      for (const name of drug.names) {
        expect(name).toMatch(/^[a-z0-9][a-z0-9 .'-]*$/);
      }
    }
  });
});

describe('looksLikeDrug', () => {
  it('knows unknown medicines by their ending, and common words apart', () => {
    expect(['zenoxapril', 'fictimab'].map(looksLikeDrug)).toEqual([true, true]);
    expect(['reason', 'comparison', 'left', 'walking'].some(looksLikeDrug)).toBe(false);
  });
});

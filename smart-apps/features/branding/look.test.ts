import { describe, expect, it } from 'vitest';
import { changedSettings, lookProblems, whiteContrast } from './look.ts';

const PLAIN = { name: '', logo: '', primaryColor: '', backgroundColor: '' };

describe('the look of a clinic', () => {
  it('takes colours on which white words can be read, and no others', () => {
    expect(lookProblems({ ...PLAIN, primaryColor: '#136a73' }).size).toBe(0);
    expect(lookProblems({ ...PLAIN, primaryColor: 'teal' }).get('primaryColor')).toContain('#136a73');
    expect(lookProblems({ ...PLAIN, backgroundColor: '#ffff00' }).get('backgroundColor')).toContain('darker');
    expect(whiteContrast('#000000')).toBeGreaterThan(whiteContrast('#808080'));
  });

  it('is sent as far as it differs, and given up as false', () => {
    const before = { ...PLAIN, name: 'Oakwood', primaryColor: '#136a73' };
    expect(changedSettings(before, { ...before, name: ' ', logo: 'data:image/png;base64,AA==' })).toEqual([
      { name: 'brandName', valueBoolean: false },
      { name: 'brandLogo', valueString: 'data:image/png;base64,AA==' },
    ]);
    expect(changedSettings(before, before)).toEqual([]);
  });

  it('says when a logo is too large', () => {
    expect(lookProblems({ ...PLAIN, logo: 'x'.repeat(4001) }).has('logo')).toBe(true);
  });
});

import type { Bundle, Composition, Patient } from '@medplum/fhirtypes';
import { describe, expect, test } from 'vitest';
import { sanitize } from './sanitize.ts';

const bad = { status: 'generated' as const, div: '<div><script>x</script>a</div>' };
const good = { status: 'generated' as const, div: '<div>a</div>' };

describe('sanitize', () => {
  test('returns the same object when there is nothing to do', () => {
    const plain: Patient = { resourceType: 'Patient' };
    const fine: Patient = { resourceType: 'Patient', text: good, contained: [{ resourceType: 'Patient', text: good }] };
    expect(sanitize(plain)).toBe(plain);
    expect(sanitize(fine)).toBe(fine);
  });

  test('cleans narratives of the resource, of contained ones, of sections and of entries, and leaves the given one alone', () => {
    const composition: Partial<Composition> = {
      resourceType: 'Composition',
      section: [{ text: good }, { section: [{ text: bad }] }],
    };
    const bundle = {
      resourceType: 'Bundle',
      type: 'document',
      entry: [
        { resource: composition },
        { resource: { resourceType: 'Patient', text: bad, contained: [{ resourceType: 'Patient', text: bad }] } },
      ],
    } as Bundle;
    const before = JSON.stringify(bundle);
    const clean = JSON.stringify(sanitize(bundle));
    expect(clean).not.toContain('script');
    expect(clean.match(/<div>a<\/div>/g)).toHaveLength(4);
    expect(JSON.stringify(bundle)).toBe(before);
  });
});

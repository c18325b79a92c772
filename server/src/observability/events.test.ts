import { describe, expect, it } from 'vitest';
import { errorFacts } from './events.ts';

describe('errorFacts', () => {
  it('keeps name, code and frames, and drops a message of several lines', () => {
    const error = Object.assign(new RangeError('Maria Lopez\n    at home since 1980'), { code: '22003' });
    const facts = errorFacts(error);
    expect(facts).toMatchObject({ name: 'RangeError', code: '22003' });
    expect(facts.frames[0]).toContain('events.test.ts');
    expect(JSON.stringify(facts)).not.toMatch(/Maria|1980/);
  });

  it('says of what is no error only what kind of value it is', () => {
    expect(errorFacts('Maria Lopez')).toEqual({ name: 'string', frames: [] });
  });
});

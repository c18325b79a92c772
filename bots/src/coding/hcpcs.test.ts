/** Services of HCPCS level II that a note documents as done. @see https://www.cms.gov/medicare/coding-billing/healthcare-common-procedure-system */
import { describe, expect, it } from 'vitest';
import { hcpcsOfNote } from './hcpcs.ts';

describe('hcpcsOfNote', () => {
  it.each([
    ['Depression screening was done with the PHQ-9.', ['G0444']],
    ['AUDIT-C was 5; counseling on alcohol use was given.', ['G0442', 'G0443']],
    ['We created a written safety plan together.', ['G0560']],
    ['We will do a depression screening next visit.', []],
    ['She declined alcohol screening.', []],
    ['No depression screening was done.', []],
  ])('%s', (sentence, codes) => {
    expect(hcpcsOfNote(`PLAN\n${sentence}\n`).map((each) => each.code)).toEqual(codes);
  });

  it('quotes the note', () => {
    const note = 'PLAN\nShe was screened for depression today.\n';
    const [found] = hcpcsOfNote(note);
    expect(note.slice(found?.start, found?.end)).toBe('screened for depression');
  });
});

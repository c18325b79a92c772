import { describe, expect, it } from 'vitest';
import { accessExplanation, recordOf, sourceWords } from './access-explanation.ts';

describe('an explanation of access', () => {
  it('names every source with its rules', () => {
    const rule = [
      { name: 'verdict', valueCode: 'deny' },
      { name: 'criteria', valueString: 'Patient?_compartment=Practitioner/1' },
      { name: 'hiddenField', valueString: 'extension' },
    ];
    const answer = accessExplanation({
      resourceType: 'Parameters',
      parameter: [
        { name: 'verdict', valueCode: 'deny' },
        {
          name: 'rules',
          part: [
            { name: 'source', valueString: 'AccessPolicy/1' },
            { name: 'verdict', valueCode: 'deny' },
            { name: 'rule', part: rule },
          ],
        },
      ],
    });
    expect(answer).toMatchObject({ permits: false, secondApprover: false });
    expect(answer.sources).toEqual([
      {
        source: 'AccessPolicy/1',
        permits: false,
        why: undefined,
        rules: [
          { permits: false, criteria: 'Patient?_compartment=Practitioner/1', hidden: ['extension'], readonly: [] },
        ],
      },
    ]);
  });

  it('bears an empty answer', () => {
    expect(accessExplanation({ resourceType: 'Parameters' })).toMatchObject({ permits: false, sources: [] });
  });

  it('says sources in words', () => {
    expect(sourceWords('AccessPolicy/night shift break-glass')).toBe('Access policy “night shift”');
    expect(sourceWords('tenant')).toBe('The clinic’s own records');
    expect(sourceWords('a-new-source')).toBe('a new source');
  });

  it('finds the record in a reference and in addresses', () => {
    expect(recordOf(' Observation/a-1 ')).toBe('Observation/a-1');
    expect(recordOf('http://localhost/fhir/R4/Patient/p1/_history/2')).toBe('Patient/p1');
    expect(recordOf('http://localhost/apps/workspace/patients/p1?do=call')).toBe('Patient/p1');
    expect(recordOf('nothing')).toBeUndefined();
  });
});

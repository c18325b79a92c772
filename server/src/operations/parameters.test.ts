import { describe, expect, it } from 'vitest';
import type { OperationRequest } from '../repository/index.ts';
import { operationParameters } from './parameters.ts';

const asked = (body: unknown, query = '') =>
  operationParameters({ method: 'POST', query: new URLSearchParams(query), body } as OperationRequest);

describe('the parameters of an operation', () => {
  it('come from the URL and from a Parameters resource', () => {
    const parameter = [
      { name: 'start', valueDate: '2026-01-01' },
      { name: 'subject', valueReference: { reference: 'Patient/1' } },
    ];
    expect(asked({ resourceType: 'Parameters', parameter }, '_count=5&_format=json')).toEqual([
      ['_count', '5'],
      ['start', '2026-01-01'],
      ['subject', 'Patient/1'],
    ]);
  });

  it('come from plain JSON by their names, as Medplum’s apps send them', () => {
    expect(asked({})).toEqual([]);
    expect(
      asked({ start: '2026-01-01', _count: 5, code: ['a', 'b'], author: { reference: 'Practitioner/1' } }),
    ).toEqual([
      ['start', '2026-01-01'],
      ['_count', '5'],
      ['code', 'a'],
      ['code', 'b'],
      ['author', 'Practitioner/1'],
    ]);
  });

  it.each([[{ resourceType: 'Patient' }], [[]], ['text'], [Buffer.from('a=b')], [{ start: null }], [{ start: {} }]])(
    'are refused as %j',
    (body) => {
      expect(() => asked(body)).toThrow();
    },
  );
});

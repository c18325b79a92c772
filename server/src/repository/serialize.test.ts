// https://hl7.org/fhir/R4/resource.html#Meta
import type { Patient } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { requestedAccounts, withHead } from './serialize.ts';

const head = { id: 'a', version: 2, lastUpdated: new Date('2026-02-11T09:30:00.000Z') };

describe('withHead', () => {
  it('starts the text with type, id and the server-made meta', () => {
    const text = JSON.stringify(withHead({ active: true, resourceType: 'Patient' } as Patient, head));
    expect(text).toBe(
      '{"resourceType":"Patient","id":"a","meta":{"versionId":"2","lastUpdated":"2026-02-11T09:30:00.000Z"},"active":true}',
    );
  });

  it('ignores what a client says about version, project, author and compartment', () => {
    const forged = {
      resourceType: 'Patient',
      id: 'b',
      meta: {
        versionId: '99',
        lastUpdated: 'x',
        project: 'other',
        author: { reference: 'X/1' },
        compartment: [],
        tag: [{ code: 't' }],
      },
    } as Patient;
    expect(withHead(forged, head)).toEqual({
      resourceType: 'Patient',
      id: 'a',
      meta: { versionId: '2', lastUpdated: '2026-02-11T09:30:00.000Z', tag: [{ code: 't' }] },
    });
  });

  it('puts accounts right behind lastUpdated', () => {
    const text = JSON.stringify(
      withHead({ resourceType: 'Patient' } as Patient, head, [{ reference: 'Organization/1' }]),
    );
    expect(text).toContain('"lastUpdated":"2026-02-11T09:30:00.000Z","accounts":[{"reference":"Organization/1"}]');
  });
});

describe('requestedAccounts', () => {
  it("reads both of Medplum's forms", () => {
    const account = { reference: 'Organization/1' };
    expect(requestedAccounts({ accounts: [account] })).toEqual([account]);
    expect(requestedAccounts({ account } as never)).toEqual([account]);
    expect(requestedAccounts(undefined)).toBeUndefined();
  });
});

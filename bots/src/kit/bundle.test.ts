/** Batches of reads and transactions of writes, whatever the server answers. @see https://hl7.org/fhir/R4/http.html#transaction */
import { badRequest, OperationOutcomeError } from '@medplum/core';
import type { Bundle, BundleEntry } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { type BatchClient, createdId, readBatch, writeTransaction } from './bundle.ts';

function answering(entry: BundleEntry[]): BatchClient {
  return { executeBatch: async () => ({ resourceType: 'Bundle', type: 'batch-response', entry }) as Bundle };
}

function failing(error: Error): BatchClient {
  return { executeBatch: () => Promise.reject(error) };
}

describe('readBatch', () => {
  it('gives results in order: a resource, the matches of a search, nothing for a refusal or a missing entry', async () => {
    const results = await readBatch(
      answering([
        { resource: { resourceType: 'Patient', id: '1' }, response: { status: '200' } },
        {
          resource: {
            resourceType: 'Bundle',
            type: 'searchset',
            total: 7,
            entry: [{ resource: { resourceType: 'Flag', id: '2' } as never }, {}],
          },
          response: { status: '200 OK' },
        },
        { resource: { resourceType: 'OperationOutcome', issue: [] }, response: { status: '403' } },
      ]),
      ['Patient/1', 'Flag', 'Task', 'Device'],
    );
    expect(results.map((each) => [each.status, each.resources.length, each.total])).toEqual([
      [200, 1, undefined],
      [200, 1, 7],
      [403, 0, undefined],
      [500, 0, undefined],
    ]);
  });
});

describe('writeTransaction', () => {
  it('marks a lost race as retryable and bad content as not', async () => {
    await expect(writeTransaction(failing(new OperationOutcomeError(badRequest('no'))), [])).rejects.toMatchObject({
      retryable: false,
    });
    await expect(writeTransaction(answering([{ response: { status: '412' } }]), [])).rejects.toMatchObject({
      retryable: true,
    });
    await expect(writeTransaction(failing(new TypeError('socket hang up')), [])).rejects.toMatchObject({
      retryable: true,
    });
  });

  it('never carries the server’s text, which may hold patient data', async () => {
    const error = new OperationOutcomeError(badRequest('Davis Robert is unknown'));
    await expect(writeTransaction(failing(error), [])).rejects.not.toThrow('Davis');
  });
});

describe('createdId', () => {
  it('reads the resource or the location', () => {
    expect(
      createdId([{ response: { status: '201', location: 'RiskAssessment/a1/_history/1' } }], 'RiskAssessment'),
    ).toBe('a1');
    expect(createdId([{ resource: { resourceType: 'Device', id: 'd' }, response: { status: '201' } }], 'Device')).toBe(
      'd',
    );
    expect(createdId([{ response: { status: '201', location: 'Flag/x' } }], 'Device')).toBeUndefined();
  });
});

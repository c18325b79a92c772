// https://hl7.org/fhir/R4/bundle.html
import { describe, expect, it } from 'vitest';
import type { StoredResource } from '../fhir/index.ts';
import { historyText, responseBundleText, responseEntryText, searchsetText } from './bundle-text.ts';

const stored: StoredResource = {
  type: 'Patient',
  id: 'a',
  version: 1,
  lastUpdated: new Date('2026-02-11T09:30:00.000Z'),
  deleted: false,
  author: 'Practitioner/1',
  json: '{"resourceType":"Patient","id":"a"}',
};

describe('searchsetText', () => {
  it('is a valid searchset with links, total, modes and a warning', () => {
    const text = searchsetText({
      links: [{ relation: 'self', url: 'http://x/Patient?name="q"' }],
      total: 1,
      baseUrl: 'http://x/',
      entries: [{ stored, mode: 'match', text: stored.json }],
      warning: '{"resourceType":"OperationOutcome","issue":[]}',
    });
    expect(JSON.parse(text)).toMatchObject({
      type: 'searchset',
      total: 1,
      link: [{ relation: 'self', url: 'http://x/Patient?name="q"' }],
      entry: [
        { fullUrl: 'http://x/Patient/a', search: { mode: 'match' }, resource: { id: 'a' } },
        { search: { mode: 'outcome' } },
      ],
    });
  });

  it('leaves out entry when there is none', () => {
    expect(JSON.parse(searchsetText({ links: [], baseUrl: 'http://x/', entries: [] }))).not.toHaveProperty('entry');
  });
});

describe('historyText', () => {
  it('tells the request of each version, and shows no resource for a deletion', () => {
    const gone = { ...stored, version: 2, deleted: true, json: '' };
    const bundle = JSON.parse(
      historyText({
        links: [],
        baseUrl: 'http://x/',
        versions: [
          { stored: gone, text: '' },
          { stored, text: stored.json },
        ],
      }),
    );
    expect(bundle.entry[0]).toMatchObject({ request: { method: 'DELETE' }, response: { etag: 'W/"2"' } });
    expect(bundle.entry[0]).not.toHaveProperty('resource');
    expect(bundle.entry[1]).toMatchObject({ request: { method: 'POST', url: 'Patient' }, resource: { id: 'a' } });
  });
});

describe('responseEntryText', () => {
  it('carries the resource, or only the response for return=minimal', () => {
    const answer = {
      status: 201,
      headers: { ETag: 'W/"1"', Location: 'http://x/Patient/a/_history/1' },
      body: stored.json,
    };
    expect(JSON.parse(responseEntryText(answer))).toMatchObject({
      resource: { id: 'a' },
      response: { status: '201 Created' },
    });
    expect(JSON.parse(responseEntryText({ ...answer, body: undefined }))).not.toHaveProperty('resource');
  });

  it('puts an outcome where outcomes belong', () => {
    const entry = JSON.parse(
      responseEntryText({ status: 404, body: '{"resourceType":"OperationOutcome","issue":[]}' }),
    );
    expect(entry.response).toMatchObject({ status: '404 Not Found', outcome: { resourceType: 'OperationOutcome' } });
    expect(JSON.parse(responseBundleText('batch-response', [JSON.stringify(entry)])).type).toBe('batch-response');
  });
});

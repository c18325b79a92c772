// https://hl7.org/fhir/R4/http.html
import { describe, expect, it } from 'vitest';
import { dispatch } from './dispatch.ts';
import type { Exchange } from './exchange.ts';
import type { FhirRequest } from './fhir-request.ts';

function exchange(method: FhirRequest['method'], path: string): Exchange {
  return {
    request: { method, path, query: new URLSearchParams(), headers: {} },
    params: {},
    dispatch,
    context: { tenant: 2 },
    repository: { watched: () => undefined },
    services: {
      audit: { record: () => Promise.resolve() },
      capabilities: () => '{"resourceType":"CapabilityStatement"}',
      terminologyCapabilities: async () => '{"resourceType":"TerminologyCapabilities"}',
      isResourceType: (name: string) => name === 'Patient' || name === 'Binary',
      operations: [
        {
          name: '$hello',
          level: 'instance',
          types: ['Patient'],
          methods: ['POST'],
          definition: 'http://x/hello',
          handle: () => Promise.resolve({ resource: { resourceType: 'Basic', code: { text: 'hello' } } }),
        },
      ],
    },
  } as unknown as Exchange;
}

describe('dispatch', () => {
  it('answers metadata rather than a search of a type of that name', async () => {
    expect((await dispatch(exchange('GET', 'metadata'))).body).toContain('CapabilityStatement');
  });

  it('answers what is asked of metadata, and no other mode', async () => {
    const metadata = (mode: string) => {
      const asked = exchange('GET', 'metadata');
      return dispatch({ ...asked, request: { ...asked.request, query: new URLSearchParams({ mode }) } });
    };
    expect((await metadata('terminology')).body).toContain('TerminologyCapabilities');
    expect((await metadata('full')).body).toContain('CapabilityStatement');
    await expect(metadata('other')).rejects.toMatchObject({ status: 400 });
  });

  it('runs an operation at its level', async () => {
    expect((await dispatch(exchange('POST', 'Patient/1/$hello'))).body).toContain('hello');
  });

  it('answers 405 when an operation takes another method, 404 when there is none', async () => {
    await expect(dispatch(exchange('GET', 'Patient/1/$hello'))).rejects.toMatchObject({ status: 405 });
    await expect(dispatch(exchange('POST', 'Patient/$hello'))).rejects.toMatchObject({ status: 404 });
    await expect(dispatch(exchange('POST', '$hello'))).rejects.toMatchObject({ status: 404 });
  });

  it('answers 404 for an unknown resource type and names it', async () => {
    await expect(dispatch(exchange('GET', 'Dragon/1'))).rejects.toMatchObject({ status: 404 });
    await expect(dispatch(exchange('GET', '__proto__'))).rejects.toMatchObject({ status: 404 });
  });

  it('answers 405 with the methods a URL takes, 404 for a URL of no meaning', async () => {
    await expect(dispatch(exchange('PUT', 'metadata/x/y/z'))).rejects.toMatchObject({ status: 404 });
    await expect(dispatch(exchange('PATCH', 'Patient/1/_history'))).rejects.toMatchObject({ status: 405 });
  });

  it('answers 400 for broken percent-encoding', async () => {
    await expect(dispatch(exchange('GET', 'Patient/%zz'))).rejects.toMatchObject({ status: 400 });
  });
});

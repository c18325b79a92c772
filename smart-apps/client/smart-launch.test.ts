import { expect, it } from 'vitest';
import { beginLaunch, completeLaunch, SmartLaunchError, splitFhirBase } from './smart-launch.ts';

/** @see https://hl7.org/fhir/smart-app-launch/app-launch.html and https://www.rfc-editor.org/rfc/rfc7636 */
const iss = 'http://localhost/fhir/R4';
const app = { clientId: 'risk', redirectUri: 'http://localhost/apps/risk/', scope: 'openid user/Patient.rs' };

function edgeOf(token: object): Parameters<typeof beginLaunch>[3] & { posted: string[]; kept: Map<string, string> } {
  const [posted, kept] = [[] as string[], new Map<string, string>()];
  const fetcher = async (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    if (String(url).endsWith('smart-configuration')) {
      return Response.json({
        authorization_endpoint: 'http://localhost/oauth2/authorize',
        token_endpoint: 'http://localhost/oauth2/token',
      });
    }
    posted.push(String(init?.body));
    return Response.json(token);
  };
  return {
    posted,
    kept,
    fetch: fetcher,
    crypto,
    storage: {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
      removeItem: (key) => void kept.delete(key),
    },
  };
}

it('asks for the launch scope, aud and an S256 challenge, and exchanges the code with its verifier', async () => {
  const edge = edgeOf({ access_token: 'a', patient: '4', scope: 'x', profile: { reference: 'Practitioner/1' } });
  const url = new URL(await beginLaunch(iss, 'handle', app, edge));
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    response_type: 'code',
    client_id: 'risk',
    scope: 'launch openid user/Patient.rs',
    aud: iss,
    launch: 'handle',
    code_challenge_method: 'S256',
  });
  const state = url.searchParams.get('state') ?? '';
  const tokens = await completeLaunch(new URLSearchParams({ code: 'c', state }), edge);
  expect(tokens).toMatchObject({ accessToken: 'a', patient: '4', iss, profile: { reference: 'Practitioner/1' } });
  const verifier = new URLSearchParams(edge.posted[0]).get('code_verifier') ?? '';
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  expect(Buffer.from(digest).toString('base64url')).toBe(url.searchParams.get('code_challenge'));
});

it('asks for no launch when opened by itself', async () => {
  const url = new URL(await beginLaunch(iss, undefined, app, edgeOf({})));
  expect(url.searchParams.has('launch')).toBe(false);
  expect(url.searchParams.get('scope')).toBe(app.scope);
});

it('refuses a state that was not begun here, or that was used before', async () => {
  const edge = edgeOf({ access_token: 'a' });
  await expect(completeLaunch(new URLSearchParams({ code: 'c', state: 'forged' }), edge)).rejects.toThrow(
    SmartLaunchError,
  );
  const state = new URL(await beginLaunch(iss, undefined, app, edge)).searchParams.get('state') ?? '';
  await completeLaunch(new URLSearchParams({ code: 'c', state }), edge);
  await expect(completeLaunch(new URLSearchParams({ code: 'c', state }), edge)).rejects.toThrow(SmartLaunchError);
});

it('says what the record system said when it gave no access', async () => {
  const edge = edgeOf({ error: 'invalid_grant', error_description: 'The code is too old' });
  const state = new URL(await beginLaunch(iss, undefined, app, edge)).searchParams.get('state') ?? '';
  await expect(completeLaunch(new URLSearchParams({ code: 'c', state }), edge)).rejects.toThrow('The code is too old');
});

it('splits FHIR bases of ours and of others', () => {
  expect(splitFhirBase('http://h/fhir/R4/')).toEqual({ baseUrl: 'http://h/', fhirUrlPath: 'fhir/R4' });
  expect(splitFhirBase('https://ehr.example/r4')).toEqual({ baseUrl: 'https://ehr.example/r4/', fhirUrlPath: '' });
});

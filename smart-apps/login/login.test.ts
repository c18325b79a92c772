import { expect, it } from 'vitest';
import { roleWords } from '../ui/format.ts';
import { loginBody, loginPurpose, redirectWithCode, redirectWithError } from './auth-request.ts';
import { byClinic, demoAccounts } from './demo-accounts.ts';
import { scopeWords } from './scope-words.ts';
import { nextStep } from './use-sign-in.ts';

const query = new URLSearchParams({
  client_id: 'risk',
  redirect_uri: 'http://localhost/apps/risk/?x=1',
  scope: 'openid user/Patient.rs',
  state: 's',
  code_challenge: 'c',
  code_challenge_method: 'S256',
  launch: 'l',
});

/** @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1 */
it('passes an app’s request on and brings the code back with its state', () => {
  const purpose = loginPurpose(query, 'http://localhost');
  expect(purpose.kind).toBe('authorize');
  if (purpose.kind === 'authorize') {
    expect(loginBody(purpose.request)).toMatchObject({
      clientId: 'risk',
      codeChallenge: 'c',
      launch: 'l',
      scope: 'openid user/Patient.rs',
    });
    expect(redirectWithCode(purpose.request, 'abc')).toBe('http://localhost/apps/risk/?x=1&code=abc&state=s');
    expect(redirectWithError(purpose.request, 'access_denied')).toContain('error=access_denied&state=s');
  }
});

it('signs in to the workspace when no app asks', () => {
  expect(loginPurpose(new URLSearchParams('next=/apps/workspace/patients'), 'http://localhost')).toEqual({
    kind: 'workspace',
    next: '/apps/workspace/patients',
    reason: undefined,
  });
});

it('goes to the step that the server asks for', () => {
  expect(nextStep({ login: '1', code: 'c' })).toEqual({ step: 'done', code: 'c' });
  expect(nextStep({ login: '1', mfaRequired: true })).toEqual({ step: 'code', login: '1' });
  expect(nextStep({ login: '1', memberships: [] }).step).toBe('profile');
  expect(nextStep({ login: '1' }).step).toBe('consent');
});

it('reads demo accounts, and none from anything else', () => {
  expect(
    demoAccounts({ demo: true, accounts: [{ email: 'm@x', role: 'case-manager', name: 'Maria', password: 'p' }, {}] }),
  ).toHaveLength(1);
  expect(demoAccounts(undefined)).toEqual([]);
  expect(demoAccounts({ accounts: 'x' })).toEqual([]);
  const clinics = byClinic(
    demoAccounts({
      accounts: [
        { email: 'a', clinic: 'X' },
        { email: 'b', clinic: 'Y' },
        { email: 'c', clinic: 'X' },
      ],
    }),
  );
  expect(clinics.map(([clinic, accounts]) => [clinic, accounts.length])).toEqual([
    ['X', 2],
    ['Y', 1],
  ]);
  expect(roleWords('case-manager')).toBe('Case manager');
});

it('says scopes in plain words and leaves out what only concerns the protocol', () => {
  expect(
    scopeWords('openid launch user/Task.crus patient/Observation.rs offline_access user/Flag.read').map(
      (one) => one.words,
    ),
  ).toEqual([
    'See and change tasks and outreach',
    'See measurements and observations of this patient',
    'Keep this access when you are not there, until you end it',
    'See Flag records',
  ]);
});

import { expect, it } from 'vitest';
import { brandingOf } from '../client/index.ts';
import { roleWords } from '../ui/format.ts';
import { deviceName, isHandheld } from './account/device-name.ts';
import { loginBody, loginPurpose, redirectWithCode, redirectWithError } from './auth-request.ts';
import { byClinic, demoAccounts } from './demo-accounts.ts';
import { loginPlace } from './mailed-link.ts';
import { groupsOfFour, secretOf } from './otpauth.ts';
import { grantedScope, scopeWords } from './scope-words.ts';
import { nextStep } from './sign-in-answer.ts';

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
  expect(nextStep({ login: '1', mfaRequired: true, mfaMethods: ['passkey'] })).toEqual({
    step: 'factor',
    login: '1',
    methods: ['passkey'],
  });
  expect(nextStep({ login: '1', mfaEnrollRequired: true, enrollUri: 'otpauth://x' })).toMatchObject({
    step: 'enrol',
    methods: ['totp'],
    uri: 'otpauth://x',
  });
  expect(nextStep({ login: '1', patientNeeded: true }).step).toBe('patient');
  expect(nextStep({ login: '1', encounterNeeded: true }).step).toBe('encounter');
  expect(
    nextStep({ login: '1', consent: { client: { id: 'a', name: 'A' }, scope: 'openid', offline: false } }).step,
  ).toBe('consent');
  expect(nextStep({ login: '1' })).toEqual({ step: 'profile', login: '1', memberships: [] });
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

/** @see security.md S11 */
it('turns “all records” into the kinds that are left when one is taken out', () => {
  const [all] = scopeWords('patient/*.rs');
  expect(all?.words).toBe('See all records of this patient');
  expect(all?.kinds?.map((kind) => kind.words)).toContain('See diagnoses of this patient');
  expect(grantedScope('openid patient/*.rs', new Set())).toBe('openid patient/*.rs');
  const less = grantedScope('openid patient/*.rs offline_access', new Set(['patient/Condition.rs', 'offline_access']));
  expect(less).toContain('patient/Observation.rs');
  expect(less).not.toContain('patient/*.rs');
  expect(less).not.toContain('Condition');
  expect(less).not.toContain('offline_access');
  expect(grantedScope('patient/*.rs', new Set(['patient/*.rs']))).toBe('');
});

it('says what a search constraint leaves', () => {
  expect(scopeWords('patient/Observation.rs?category=http://x|laboratory')[0]?.words).toBe(
    'See measurements and observations of this patient, only category laboratory',
  );
});

it('takes a brand as far as it is one', () => {
  expect(
    brandingOf({ name: 'Oakwood', primaryColor: '#136a73', logo: 'javascript:1', providers: [{ id: 'p' }] }),
  ).toEqual({
    name: 'Oakwood',
    primaryColor: '#136a73',
    demo: false,
    providers: [{ id: 'p', name: 'p' }],
  });
  expect(brandingOf(null)).toEqual({ demo: false, providers: [] });
});

it('finds its pages by their address, and the secret of a mailed link', () => {
  expect(loginPlace('/apps/login/')).toEqual({ page: 'sign-in' });
  expect(loginPlace('/apps/login/apps')).toEqual({ page: 'account' });
  expect(loginPlace('/apps/login/setpassword/a/b')).toEqual({ page: 'setpassword', link: { id: 'a', secret: 'b' } });
  expect(loginPlace('/apps/login/setpassword/a')).toEqual({ page: 'sign-in' });
});

it('shows the key of an authenticator app in groups', () => {
  expect(groupsOfFour(secretOf('otpauth://totp/a?secret=ABCDEFGHIJ&issuer=x') ?? '')).toBe('ABCD EFGH IJ');
  expect(secretOf('nonsense')).toBeUndefined();
});

it('names a device as its owner would', () => {
  expect(deviceName('Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36')).toBe(
    'Chrome on Windows',
  );
  expect(deviceName('Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1')).toBe(
    'Safari on iPhone',
  );
  expect(isHandheld('Mozilla/5.0 (iPhone)')).toBe(true);
  expect(deviceName('')).toBe('Unknown device');
});

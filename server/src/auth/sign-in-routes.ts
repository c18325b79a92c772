import { NEW_PATIENT, NEW_PROJECT, NEW_USER, newPatient, newProject, newUser } from './account.ts';
import { CHOOSE_ENCOUNTER, chooseEncounter, ENCOUNTERS, listEncounters } from './choose-encounter.ts';
import { CHOOSE_PATIENT, choosePatient, listPatients, PATIENTS } from './choose-patient.ts';
import { demoAccounts } from './demo-accounts.ts';
import type { DoorMaker, Route } from './door.ts';
import { originOf } from './http-answer.ts';
import { enrollAtLogin, MFA_LOGIN_ENROLL, MFA_VERIFY, verifyMfa } from './mfa.ts';
import { RESET_PASSWORD, resetPassword, SET_PASSWORD, setPassword, VERIFY_EMAIL, verifyEmail } from './own-password.ts';
import { PASSKEY_OPTIONS, passkeyOptions } from './passkey-endpoints.ts';
import { PASSKEY_LOGIN, passkeyLogin } from './passkey-login.ts';
import { PASSWORD_LOGIN, passwordLogin } from './password-login.ts';
import { nextStep } from './sign-in.ts';
import { CHOOSE_PROFILE, CHOOSE_SCOPE, chooseProfile, chooseScope, DENY, deny, signInOf } from './sign-in-steps.ts';

/** The doors of a sign-in, before there is a token. */
export function signInRoutes({ deps, forget, fhir, open, step }: DoorMaker): Route[] {
  const { demoDir } = deps;
  return [
    step('/auth/login', PASSWORD_LOGIN, (body, origin) => passwordLogin(deps, body, origin)),
    step('/auth/login/passkey', PASSKEY_LOGIN, (body, origin) => passkeyLogin(deps, body, origin)),
    open('/auth/passkey/options', PASSKEY_OPTIONS, (body) => passkeyOptions(deps, body)),
    step('/auth/profile', CHOOSE_PROFILE, (body) => chooseProfile(deps, body)),
    step('/auth/mfa/verify', MFA_VERIFY, (body, origin) => verifyMfa(deps, body, origin)),
    step('/auth/mfa/login-enroll', MFA_LOGIN_ENROLL, (body, origin) => enrollAtLogin(deps, body, origin)),
    open('/auth/patients', PATIENTS, (body) => listPatients(deps, body)),
    step('/auth/patient', CHOOSE_PATIENT, (body) => choosePatient(deps, body)),
    open('/auth/encounters', ENCOUNTERS, (body) => listEncounters(deps, body)),
    step('/auth/encounter', CHOOSE_ENCOUNTER, (body) => chooseEncounter(deps, body)),
    step('/auth/scope', CHOOSE_SCOPE, (body) => chooseScope(deps, body)),
    open('/auth/deny', DENY, (body) => deny(deps, body)),
    fhir('get', '/auth/login/:id', async (request, response) => {
      response.json(await nextStep(deps, await signInOf(deps, String(request.params.id))));
    }),
    step('/auth/newuser', NEW_USER, (body, origin) => newUser(deps, body, origin)),
    step('/auth/newproject', NEW_PROJECT, (body) => newProject(deps, body)),
    step('/auth/newpatient', NEW_PATIENT, (body) => newPatient(deps, body)),
    open('/auth/resetpassword', RESET_PASSWORD, (body, request) => resetPassword(deps, body, originOf(request))),
    open('/auth/verifyemail', VERIFY_EMAIL, (body) => verifyEmail(deps, body)),
    open('/auth/setpassword', SET_PASSWORD, (body, request) =>
      setPassword(deps, body, { origin: originOf(request), forget }),
    ),
    ...(demoDir === undefined
      ? []
      : [
          fhir('get', '/auth/demo', async (_request, response) => {
            response.json({ accounts: await demoAccounts(demoDir) });
          }),
        ]),
  ];
}

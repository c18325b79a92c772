import type { SmartApp } from '../client/index.ts';

/** What the risk app asks for; what is granted is never more than the person may do. @see https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html */
export const RISK_SCOPE = [
  'openid',
  'fhirUser',
  'online_access',
  'user/Patient.rs',
  'user/Observation.rs',
  'user/RiskAssessment.rs',
  'user/MeasureReport.rs',
  'user/Practitioner.rs',
  'user/Encounter.rs',
  'user/QuestionnaireResponse.rs',
  'user/Appointment.crus',
  'user/Task.crus',
  'user/Communication.crs',
  'user/Subscription.crud',
  'user/Bot.rs',
].join(' ');

/** Why the app was opened: from an EHR, back from its sign-in, or by itself. */
export type Opening =
  | { readonly kind: 'launch'; readonly iss: string; readonly launch?: string; readonly clientId: string }
  | { readonly kind: 'return' }
  | { readonly kind: 'resume' };

const CLIENT_KEY = 'mindbridge-risk-client';

/** Client id of this app at the record system: from the launch address, else the one used last. */
function clientIdOf(query: URLSearchParams, storage: Pick<Storage, 'getItem' | 'setItem'>): string | undefined {
  const given = query.get('client_id');
  if (given) {
    storage.setItem(CLIENT_KEY, given);
  }
  return given ?? storage.getItem(CLIENT_KEY) ?? undefined;
}

/** Reads why the app was opened. A launch without a known client id is a `resume`, which says what is missing. */
export function openingOf(query: URLSearchParams, storage: Pick<Storage, 'getItem' | 'setItem'>): Opening {
  if (query.has('state') && (query.has('code') || query.has('error'))) {
    return { kind: 'return' };
  }
  const clientId = clientIdOf(query, storage);
  const iss = query.get('iss');
  if (iss && clientId) {
    return { kind: 'launch', iss, launch: query.get('launch') ?? undefined, clientId };
  }
  return { kind: 'resume' };
}

/** The client id that was used last, for opening the app by itself. */
export function lastClientId(storage: Pick<Storage, 'getItem'>): string | undefined {
  return storage.getItem(CLIENT_KEY) ?? undefined;
}

/** True when the record system may be trusted with a sign-in: our own origin, or one that the build names. */
export function isTrustedIssuer(iss: string, origin: string, trusted: readonly string[]): boolean {
  try {
    return new URL(iss).origin === origin || trusted.includes(iss.replace(/\/$/, ''));
  } catch {
    return false;
  }
}

/** Registration of the app at one record system. */
export function riskApp(clientId: string, origin: string): SmartApp {
  return { clientId, redirectUri: `${origin}/apps/risk/`, scope: RISK_SCOPE };
}

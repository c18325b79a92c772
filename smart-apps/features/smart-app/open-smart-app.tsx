import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { AppClient, SmartTokens } from '../../client/index.ts';
import {
  beginLaunch,
  completeLaunch,
  createAppClient,
  isLeaving,
  openSession,
  SmartLaunchError,
  splitFhirBase,
} from '../../client/index.ts';
import { Card, EmptyState, mount } from '../../ui/index.ts';
import type { LaunchSession } from './launch-session.ts';
import { keepSession, keptSession } from './launch-session.ts';
import { isTrustedIssuer, lastClientId, openingOf } from './opening.ts';

/** A SMART app of ours: `name` is its folder below `/apps/`. */
export interface OwnSmartApp {
  readonly name: string;
  readonly title: string;
  /** What it asks for, without `launch`. What is granted is never more than the person may do. */
  readonly scope: readonly string[];
  readonly render: (client: AppClient, session: LaunchSession) => ReactNode;
}

/** What a launch needs of the browser. */
const edge = () => ({ fetch: window.fetch.bind(window), storage: window.sessionStorage, crypto: window.crypto });
const { origin } = window.location;
const trusted = (import.meta.env.VITE_TRUSTED_ISSUERS ?? '').split(',').filter(Boolean);

/** Browsers may keep a page within another site's frame from storing anything: a sign-in could then not come back to it. */
function mayStore(): boolean {
  try {
    return window.sessionStorage !== null && window.localStorage !== null;
  } catch {
    return false;
  }
}

const toWorkspace = (
  <Button component="a" href="/apps/workspace/" variant="light">
    Open the workspace
  </Button>
);

function say(title: string, detail: string, action = toWorkspace): void {
  mount(
    <main style={{ maxWidth: 560, margin: '12vh auto', padding: 16 }}>
      <Card>
        <EmptyState title={title} action={action}>
          {detail}
        </EmptyState>
      </Card>
    </main>,
  );
}

function clientFor(app: OwnSmartApp, session: LaunchSession): AppClient {
  return createAppClient({
    ...splitFhirBase(session.iss),
    clientId: session.clientId,
    storagePrefix: `mindbridge-${app.name}:${session.clientId}:`,
    onSignedOut: () => isLeaving() || say('Your session has ended', 'Open the app again from your record system.'),
  });
}

async function show(app: OwnSmartApp, session: LaunchSession, tokens?: SmartTokens): Promise<void> {
  const client = clientFor(app, session);
  if (tokens) {
    await client.medplum.setActiveLogin({
      accessToken: tokens.accessToken,
      refreshToken: tokens.refreshToken ?? '',
      project: tokens.project ?? {},
      profile: tokens.profile ?? {},
    });
  }
  await openSession(client.medplum);
  mount(app.render(client, session));
}

async function go(app: OwnSmartApp, iss: string, launch: string | undefined, clientId: string): Promise<void> {
  if (!isTrustedIssuer(iss, origin, trusted)) {
    say('This record system is not known', 'Ask your administrator to register it before you open the app from there.');
    return;
  }
  const registration = { clientId, redirectUri: `${origin}/apps/${app.name}/`, scope: app.scope.join(' ') };
  window.location.replace(await beginLaunch(iss, launch, registration, edge()));
}

async function open(app: OwnSmartApp): Promise<void> {
  const query = new URLSearchParams(window.location.search);
  const opening = openingOf(app.name, query, window.localStorage);
  if (opening.kind === 'launch') {
    await go(app, opening.iss, opening.launch, opening.clientId);
    return;
  }
  if (opening.kind === 'return') {
    const tokens = await completeLaunch(query, edge());
    window.history.replaceState(null, '', `/apps/${app.name}/`);
    await show(app, keepSession(app.name, tokens, window.sessionStorage), tokens);
    return;
  }
  const session = keptSession(app.name, window.sessionStorage);
  if (session && clientFor(app, session).medplum.getActiveLogin()) {
    await show(app, session);
    return;
  }
  const clientId = lastClientId(app.name, window.localStorage);
  if (clientId) {
    await go(app, `${origin}/fhir/R4`, undefined, clientId);
    return;
  }
  say(
    'Open this app from a patient',
    `In the workspace, choose a patient and press ${app.title}; it then knows your clinic.`,
  );
}

/** Opens one of our apps: by EHR launch, on the way back from its sign-in, after a reload, or by itself. */
export async function openSmartApp(app: OwnSmartApp): Promise<void> {
  if (!mayStore()) {
    say(
      'Your browser lets nothing be stored within this frame',
      'The app could not come back from its sign-in here.',
      <Button component="a" href={window.location.href} target="_blank" rel="noopener noreferrer" variant="light">
        Open {app.title} in a window of its own
      </Button>,
    );
    return;
  }
  await open(app).catch((error: unknown) => {
    const detail =
      error instanceof SmartLaunchError ? error.message : 'The record system could not be reached. Try again.';
    say('The app could not be opened', detail);
  });
}

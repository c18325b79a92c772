import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { AppClient, SmartTokens } from '../../client/index.ts';
import {
  beginLaunch,
  closeUnlockWindow,
  completeLaunch,
  createAppClient,
  openSession,
  SmartLaunchError,
  splitFhirBase,
} from '../../client/index.ts';
import { Card, EmptyState, mount } from '../../ui/index.ts';
import type { LaunchSession } from './launch-session.ts';
import { keepSession, keptSession } from './launch-session.ts';
import { isOwn, lastClientId, openingOf } from './opening.ts';

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

/** Browsers may keep a page within another site's frame from storing anything: a sign-in could then not come back to it. */
function mayStore(): boolean {
  try {
    return window.sessionStorage !== null && window.localStorage !== null;
  } catch {
    return false;
  }
}

/** True within a page of another site: the sign-in page of this server is shown in no such frame. */
function isFramedByOthers(): boolean {
  try {
    return window.top?.location.origin !== origin;
  } catch {
    return true;
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
        <EmptyState title={title} action={action} page>
          {detail}
        </EmptyState>
      </Card>
    </main>,
  );
}

function sayInWindow(app: OwnSmartApp, title: string, detail: string): void {
  const action = (
    <Button component="a" href={window.location.href} target="_blank" rel="noopener noreferrer" variant="light">
      Open {app.title} in a window of its own
    </Button>
  );
  say(title, detail, action);
}

function clientFor(app: OwnSmartApp, { iss, clientId }: LaunchSession): AppClient {
  const again = `/apps/${app.name}/?${new URLSearchParams({ iss, client_id: clientId }).toString()}`;
  const signInAgain = (
    <Button component="a" href={again} variant="light">
      Sign in again
    </Button>
  );
  return createAppClient({
    ...splitFhirBase(iss),
    clientId,
    storagePrefix: `mindbridge-${app.name}:${clientId}:`,
    unlockUrl: again,
    leave: (reason) =>
      say(
        'Your session has ended',
        reason === 'idle'
          ? 'Nothing was done for 15 minutes. Open the app again from your record system, or sign in here.'
          : 'Open the app again from your record system, or sign in here.',
        signInAgain,
      ),
  });
}

async function show(app: OwnSmartApp, session: LaunchSession, client: AppClient): Promise<void> {
  await openSession(client);
  mount(app.render(client, session));
}

async function signedIn(app: OwnSmartApp, tokens: SmartTokens): Promise<void> {
  const session = keepSession(app.name, tokens, window.sessionStorage);
  const client = clientFor(app, session);
  await client.medplum.setActiveLogin({
    accessToken: tokens.accessToken,
    refreshToken: tokens.refreshToken ?? '',
    project: tokens.project ?? {},
    profile: tokens.profile ?? {},
  });
  closeUnlockWindow();
  await show(app, session, client);
}

async function go(app: OwnSmartApp, iss: string, launch: string | undefined, clientId: string): Promise<void> {
  if (isOwn(iss, origin) && isFramedByOthers()) {
    sayInWindow(app, 'Sign in in a window of its own', 'The sign-in page is never shown within another site’s page.');
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
    await signedIn(app, tokens);
    return;
  }
  const session = keptSession(app.name, window.sessionStorage);
  if (session) {
    const client = clientFor(app, session);
    if (client.medplum.getActiveLogin()) {
      await show(app, session, client);
      return;
    }
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

function reasonOf(error: unknown): string {
  if (error instanceof SmartLaunchError) {
    return error.message;
  }
  const iss = new URLSearchParams(window.location.search).get('iss') ?? origin;
  return isOwn(iss, origin)
    ? 'The record system could not be reached. Try again.'
    : 'This record system is not known here, or it could not be reached. Your administrator names it in EHR_ORIGINS.';
}

/** Opens one of our apps: by EHR launch, on the way back from its sign-in, after a reload, or by itself. */
export async function openSmartApp(app: OwnSmartApp): Promise<void> {
  if (!mayStore()) {
    sayInWindow(
      app,
      'Your browser lets nothing be stored within this frame',
      'The app could not come back from its sign-in here.',
    );
    return;
  }
  await open(app).catch((error: unknown) => say('The app could not be opened', reasonOf(error)));
}

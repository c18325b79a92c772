import { Button } from '@mantine/core';
import type { SmartTokens } from '../client/index.ts';
import { beginLaunch, completeLaunch, createAppClient, SmartLaunchError, splitFhirBase } from '../client/index.ts';
import { Card, EmptyState, mount } from '../ui/index.ts';
import { isTrustedIssuer, lastClientId, openingOf, riskApp } from './launch-context.ts';
import { RiskApp } from './risk-app.tsx';
import type { RiskSession } from './session.ts';
import { keepSession, keptSession } from './session.ts';

const edge = { fetch: window.fetch.bind(window), storage: window.sessionStorage, crypto: window.crypto };
const { origin } = window.location;
const trusted = (import.meta.env.VITE_TRUSTED_ISSUERS ?? '').split(',').filter(Boolean);

function say(title: string, detail: string): void {
  const back = (
    <Button component="a" href="/apps/workspace/" variant="light">
      Open the workspace
    </Button>
  );
  mount(
    <main style={{ maxWidth: 560, margin: '12vh auto', padding: 16 }}>
      <Card>
        <EmptyState title={title} action={back}>
          {detail}
        </EmptyState>
      </Card>
    </main>,
  );
}

function clientFor(session: RiskSession): ReturnType<typeof createAppClient> {
  return createAppClient({
    ...splitFhirBase(session.iss),
    clientId: session.clientId,
    storagePrefix: `mindbridge-risk:${session.clientId}:`,
    onSignedOut: () => say('Your session has ended', 'Open the app again from your record system.'),
  });
}

async function show(session: RiskSession, tokens?: SmartTokens): Promise<void> {
  const client = clientFor(session);
  if (tokens) {
    await client.medplum.setActiveLogin({
      accessToken: tokens.accessToken,
      refreshToken: tokens.refreshToken ?? '',
      project: tokens.project ?? {},
      profile: tokens.profile ?? {},
    });
  }
  await client.medplum.getProfileAsync().catch(() => undefined);
  mount(<RiskApp client={client} patient={session.patient} />);
}

async function go(iss: string, launch: string | undefined, clientId: string): Promise<void> {
  if (!isTrustedIssuer(iss, origin, trusted)) {
    say('This record system is not known', 'Ask your administrator to register it before you open the app from there.');
    return;
  }
  window.location.replace(await beginLaunch(iss, launch, riskApp(clientId, origin), edge));
}

async function open(): Promise<void> {
  const query = new URLSearchParams(window.location.search);
  const opening = openingOf(query, window.localStorage);
  if (opening.kind === 'launch') {
    await go(opening.iss, opening.launch, opening.clientId);
    return;
  }
  if (opening.kind === 'return') {
    const tokens = await completeLaunch(query, edge);
    window.history.replaceState(null, '', '/apps/risk/');
    await show(keepSession(tokens, window.sessionStorage), tokens);
    return;
  }
  const session = keptSession(window.sessionStorage);
  if (session && clientFor(session).medplum.getActiveLogin()) {
    await show(session);
    return;
  }
  const clientId = lastClientId(window.localStorage);
  if (clientId) {
    await go(`${origin}/fhir/R4`, undefined, clientId);
    return;
  }
  say('Open this app from a patient', 'In the workspace, choose a patient and press Risk; it then knows your clinic.');
}

await open().catch((error: unknown) => {
  const detail =
    error instanceof SmartLaunchError ? error.message : 'The record system could not be reached. Try again.';
  say('The app could not be opened', detail);
});

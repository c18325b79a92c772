import { createAppClient, openSession, signInUrl, toSignIn, WORKSPACE_STORAGE } from '../../client/index.ts';
import { mount } from '../../ui/index.ts';
import { AccountApp } from './account-app.tsx';

/** Opens the pages of a person's own account, after a sign-in where it is needed. */
export async function openAccount(): Promise<void> {
  const client = createAppClient({
    baseUrl: `${window.location.origin}/`,
    storagePrefix: WORKSPACE_STORAGE,
    leave: toSignIn,
    unlockUrl: signInUrl('/apps/workspace/'),
  });
  if (client.medplum.getActiveLogin()) {
    await openSession(client);
    mount(<AccountApp client={client} />);
  } else {
    toSignIn();
  }
}

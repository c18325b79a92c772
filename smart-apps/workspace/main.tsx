import { createAppClient, openSession, signInUrl, toSignIn, WORKSPACE_STORAGE } from '../client/index.ts';
import { mount } from '../ui/index.ts';
import { WorkspaceApp } from './workspace-app.tsx';

const client = createAppClient({
  baseUrl: `${window.location.origin}/`,
  storagePrefix: WORKSPACE_STORAGE,
  leave: toSignIn,
  unlockUrl: signInUrl('/apps/workspace/'),
});

if (client.medplum.getActiveLogin()) {
  await openSession(client);
  mount(<WorkspaceApp client={client} />);
} else {
  toSignIn();
}

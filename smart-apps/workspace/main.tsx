import { createAppClient, openSession, toSignIn, WORKSPACE_STORAGE } from '../client/index.ts';
import { mount } from '../ui/index.ts';
import { WorkspaceApp } from './workspace-app.tsx';

const client = createAppClient({
  baseUrl: `${window.location.origin}/`,
  storagePrefix: WORKSPACE_STORAGE,
  onSignedOut: () => toSignIn('expired'),
});

if (client.medplum.getActiveLogin()) {
  await openSession(client.medplum);
  mount(<WorkspaceApp client={client} />);
} else {
  toSignIn();
}

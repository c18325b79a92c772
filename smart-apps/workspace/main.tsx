import { openOwnSession } from '../client/index.ts';
import { mount } from '../ui/index.ts';
import { WorkspaceApp } from './workspace-app.tsx';

const client = await openOwnSession();
if (client) {
  mount(<WorkspaceApp client={client} />);
}

import { openOwnSession } from '../../client/index.ts';
import { mount } from '../../ui/index.ts';
import { AccountApp } from './account-app.tsx';

/** Opens the pages of a person's own account, after a sign-in where it is needed. */
export async function openAccount(): Promise<void> {
  const client = await openOwnSession();
  if (client) {
    mount(<AccountApp client={client} />);
  }
}

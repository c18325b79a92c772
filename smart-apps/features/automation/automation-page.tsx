import type { JSX } from 'react';
import { Page } from '../../ui/index.ts';
import { DeadLetters } from './dead-letters.tsx';
import { RunList } from './run-list.tsx';

/** What the clinic's bots do, and what could not be delivered. */
export function AutomationPage(): JSX.Element {
  return (
    <Page title="Automation" width="table">
      <DeadLetters />
      <RunList />
    </Page>
  );
}

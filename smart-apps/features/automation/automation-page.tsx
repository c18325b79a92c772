import type { JSX } from 'react';
import classes from './automation.module.css';
import { DeadLetters } from './dead-letters.tsx';
import { RunList } from './run-list.tsx';

/** What the clinic's bots do, and what could not be delivered. */
export function AutomationPage(): JSX.Element {
  return (
    <div className={classes.page}>
      <h1>Automation</h1>
      <DeadLetters />
      <RunList />
    </div>
  );
}

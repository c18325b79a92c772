import { Text } from '@mantine/core';
import type { JSX } from 'react';
import { roleWords } from '../ui/index.ts';
import type { DemoAccount } from './demo-accounts.ts';
import { byClinic } from './demo-accounts.ts';
import classes from './login.module.css';

/** The accounts of the demo, by clinic; nothing where there is no demo. */
export function DemoHint(props: {
  accounts: readonly DemoAccount[];
  onPick: (account: DemoAccount) => void;
}): JSX.Element | null {
  return props.accounts.length === 0 ? null : (
    <section className={classes.demo} aria-label="Demo accounts">
      <h2>This is a demo</h2>
      <Text size="sm" c="dimmed">
        Invented patients only, and no second factor is asked for. Choose an account to fill it in.
      </Text>
      <div className={classes.accounts}>
        {byClinic(props.accounts).map(([clinic, accounts]) => (
          <ul key={clinic} aria-label={clinic}>
            {clinic ? (
              <li className={classes.clinic} aria-hidden="true">
                {clinic}
              </li>
            ) : null}
            {accounts.map((account) => (
              <li key={account.email}>
                <button type="button" className={classes.account} onClick={() => props.onPick(account)}>
                  <span>{account.name || account.email}</span>
                  <span>{roleWords(account.role)}</span>
                </button>
              </li>
            ))}
          </ul>
        ))}
      </div>
    </section>
  );
}

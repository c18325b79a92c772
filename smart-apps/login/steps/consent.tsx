import { Button, Checkbox, Collapse, Group, Stack, Text } from '@mantine/core';
import { IconApps } from '@tabler/icons-react';
import type { JSX } from 'react';
import { useState } from 'react';
import { Notice } from '../../ui/index.ts';
import type { ScopeWords } from '../scope-words.ts';
import { grantedScope, scopeWords } from '../scope-words.ts';
import type { StepOf } from '../sign-in-answer.ts';
import type { SignIn } from '../use-sign-in.ts';
import classes from './steps.module.css';

interface Ticks {
  readonly dropped: ReadonlySet<string>;
  readonly toggle: (scope: string) => void;
}

function useTicks(): Ticks {
  const [dropped, setDropped] = useState<ReadonlySet<string>>(new Set());
  const toggle = (scope: string): void =>
    setDropped((before) => {
      const next = new Set(before);
      if (!next.delete(scope)) {
        next.add(scope);
      }
      return next;
    });
  return { dropped, toggle };
}

/** The single kinds of records behind "all records". */
function Kinds({ kinds, ticks }: { kinds: readonly ScopeWords[]; ticks: Ticks }): JSX.Element {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="subtle" size="compact-sm" ml={26} onClick={() => setOpen(!open)} aria-expanded={open}>
        {open ? 'Hide the kinds of records' : 'Choose single kinds of records'}
      </Button>
      <Collapse in={open}>
        <Stack gap={8} ml={32} mt={6}>
          {kinds.map(({ scope, words }) => (
            <Checkbox
              key={scope}
              size="sm"
              label={words}
              checked={!ticks.dropped.has(scope)}
              onChange={() => ticks.toggle(scope)}
            />
          ))}
        </Stack>
      </Collapse>
    </>
  );
}

/** One thing that the app asks for; where it is everything, single kinds of records can be taken out. */
function Line({ line, ticks }: { line: ScopeWords; ticks: Ticks }): JSX.Element {
  const { scope, words, kinds = [] } = line;
  const given = !ticks.dropped.has(scope);
  const less = given && kinds.some((kind) => ticks.dropped.has(kind.scope));
  return (
    <div>
      <Checkbox label={words} checked={given && !less} indeterminate={less} onChange={() => ticks.toggle(scope)} />
      {kinds.length > 0 && given ? <Kinds kinds={kinds} ticks={ticks} /> : null}
    </div>
  );
}

/** What the app asks for, in plain words; single things may be dropped. @see https://hl7.org/fhir/smart-app-launch/best-practices.html */
export function Consent({ signIn, step }: { signIn: SignIn; step: StepOf<'consent'> }): JSX.Element {
  const { client, scope, offline } = step.asked;
  const ticks = useTicks();
  const granted = grantedScope(scope, ticks.dropped);
  const offlineKept = offline && granted.split(' ').includes('offline_access');
  return (
    <Stack gap={14} mt={22}>
      <div className={classes.app}>
        <IconApps size={26} style={{ flex: 'none' }} aria-hidden />
        <div>
          <strong>{client.name}</strong>
          <Text size="sm" c="dimmed">
            Made by another organisation. It can never do more than you may do yourself.
          </Text>
        </div>
      </div>
      <fieldset className={classes.scopes}>
        <legend>It asks to</legend>
        {scopeWords(scope).map((line) => (
          <Line key={line.scope} line={line} ticks={ticks} />
        ))}
      </fieldset>
      {offlineKept ? (
        <Notice kind="warning" title="It keeps this access when you are away.">
          Untick it above, or end it at any time under “Connected apps”.
        </Notice>
      ) : null}
      <Group grow mt={4}>
        <Button variant="default" size="md" onClick={signIn.deny}>
          Deny
        </Button>
        <Button size="md" loading={signIn.busy} onClick={() => signIn.answer('scope', { scope: granted })}>
          Allow
        </Button>
      </Group>
    </Stack>
  );
}

import type { JSX, ReactNode } from 'react';
import classes from './tag.module.css';

/** A word or two about how something stands; never the only sign of it. */
export function Tag(props: {
  tone?: 'plain' | 'accent' | 'good' | 'warn' | 'bad';
  testId?: string;
  children: ReactNode;
}): JSX.Element {
  return (
    <span className={classes.tag} data-tone={props.tone ?? 'plain'} data-testid={props.testId}>
      {props.children}
    </span>
  );
}

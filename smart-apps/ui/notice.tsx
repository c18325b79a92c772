import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import type { JSX, ReactNode } from 'react';
import classes from './notice.module.css';

const ICON = { info: IconInfoCircle, warning: IconAlertTriangle, error: IconAlertTriangle } as const;

/** Something a person should read before going on; an error or a warning is spoken at once. */
export function Notice(props: {
  kind: 'info' | 'warning' | 'error';
  title?: string;
  children?: ReactNode;
}): JSX.Element {
  const Icon = ICON[props.kind];
  return (
    <div className={classes.notice} data-kind={props.kind} role={props.kind === 'info' ? 'status' : 'alert'}>
      <Icon size={18} aria-hidden />
      <div>
        {props.title ? <strong>{props.title} </strong> : null}
        {props.children}
      </div>
    </div>
  );
}

import { useState } from 'react';
import type { Problem } from '../client/index.ts';
import { fieldErrors, problemOf } from '../client/index.ts';

/** Something that is sent once, and how it went. */
export interface Sending {
  readonly busy: boolean;
  readonly done: boolean;
  readonly problem?: Problem;
  readonly fields: ReadonlyMap<string, string>;
  readonly send: (request: () => Promise<unknown>) => void;
}

const IDLE = { busy: false, done: false, fields: new Map<string, string>() } as const;

/** Sends at a press, keeps what the server said to each field, and does not send twice at once. */
export function useSending(): Sending {
  const [state, setState] = useState<Omit<Sending, 'send'>>(IDLE);
  const send = (request: () => Promise<unknown>): void => {
    if (state.busy) {
      return;
    }
    setState({ ...IDLE, busy: true });
    request().then(
      () => setState({ ...IDLE, done: true }),
      (error: unknown) => {
        const fields = fieldErrors(error);
        setState({ ...IDLE, fields, problem: fields.size > 0 ? undefined : problemOf(error) });
      },
    );
  };
  return { ...state, send };
}

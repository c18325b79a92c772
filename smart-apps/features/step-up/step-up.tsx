import type { JSX, ReactNode } from 'react';
import { useCallback, useState } from 'react';
import type { Proven } from '../../client/index.ts';
import { ProvenProvider, runProven } from '../../client/index.ts';
import { ProofDialog } from './proof-dialog.tsx';

interface Question {
  readonly purpose: string;
  readonly answer: (proven: boolean) => void;
}

/** Lets every screen inside ask for a fresh proof: `useProven()('sign this note', action)`. */
export function StepUp({ children }: { children: ReactNode }): JSX.Element {
  const [question, setQuestion] = useState<Question>();
  const proven: Proven = useCallback(
    (purpose, action) => runProven(action, () => new Promise<boolean>((answer) => setQuestion({ purpose, answer }))),
    [],
  );
  const answer = (given: boolean): void => {
    question?.answer(given);
    setQuestion(undefined);
  };
  return (
    <ProvenProvider value={proven}>
      {children}
      {question ? (
        <ProofDialog purpose={question.purpose} onProven={() => answer(true)} onCancel={() => answer(false)} />
      ) : null}
    </ProvenProvider>
  );
}

import { useEffect, useState } from 'react';
import type { Problem, ProofMethod } from '../../client/index.ts';
import { fieldErrors, PasskeyCancelledError, problemOf, signWithPasskey, useMedplum } from '../../client/index.ts';

/** What was typed as a proof. */
type TypedProof = { readonly token: string } | { readonly password: string };

/** The form of a proof: which ways the person has, and how the last try went. */
export interface ProofForm {
  readonly methods?: readonly ProofMethod[];
  readonly busy: boolean;
  readonly problem?: Problem;
  readonly fields: ReadonlyMap<string, string>;
  readonly send: (proof: TypedProof) => void;
  readonly passkey: () => void;
}

const NO_FIELDS: ReadonlyMap<string, string> = new Map();

/** Asks the server which ways this person has, and proves by one of them. */
export function useProofForm(onProven: () => void): ProofForm {
  const medplum = useMedplum();
  const [methods, setMethods] = useState<readonly ProofMethod[]>();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const [fields, setFields] = useState(NO_FIELDS);

  useEffect(() => {
    medplum.get<{ methods: ProofMethod[] }>('auth/step-up', { cache: 'no-cache' }).then(
      (ways) => setMethods(ways.methods),
      (error: unknown) => setProblem(problemOf(error)),
    );
  }, [medplum]);

  const run = async (prove: () => Promise<unknown>): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    setFields(NO_FIELDS);
    try {
      await prove();
      onProven();
    } catch (error) {
      const atFields = fieldErrors(error);
      setFields(atFields);
      setProblem(
        error instanceof PasskeyCancelledError
          ? { kind: 'invalid', title: 'No passkey', detail: error.message }
          : atFields.size > 0 && !atFields.has('response')
            ? undefined
            : problemOf(error),
      );
      setBusy(false);
    }
  };
  const byPasskey = async (): Promise<void> => {
    const { options } = await medplum.post<{ options: PublicKeyCredentialRequestOptionsJSON }>(
      'auth/step-up/options',
      {},
    );
    await medplum.post('auth/step-up', { response: await signWithPasskey(options) });
  };
  return {
    methods,
    busy,
    problem,
    fields,
    send: (proof) => void run(() => medplum.post('auth/step-up', proof)),
    passkey: () => void run(byPasskey),
  };
}

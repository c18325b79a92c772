import type { DocumentReference, MeasureReport } from '@medplum/fhirtypes';
import { useMemo, useState } from 'react';
import type { DeployedPrompt, EngineAcceptance, Problem, PromptVersion } from '../../client/index.ts';
import {
  aiAcceptance,
  deployedPrompts,
  PROMPTS_QUERY,
  promptDocument,
  promptVersions,
  reasonsOf,
  StepUpCancelledError,
  useAnswer,
  useMedplum,
  useProven,
  useSearch,
} from '../../client/index.ts';
import { announce } from '../../ui/index.ts';

/** The versions of prompts with what can be done to them. */
export interface Prompts {
  readonly state: 'loading' | 'ready' | 'failed';
  readonly problem?: Problem;
  readonly versions: ReadonlyMap<string, readonly PromptVersion[]>;
  readonly deployed: readonly DeployedPrompt[];
  readonly acceptance: readonly EngineAcceptance[];
  /** Id of the version, or `new`, that something is being done to. */
  readonly busy?: string;
  /** Why the last thing was refused, and for which version. */
  readonly refused?: { readonly id: string; readonly reasons: readonly string[] };
  readonly activate: (version: PromptVersion, share: number) => Promise<void>;
  /** True when the version is kept. */
  readonly add: (key: string, text: string, report: string) => Promise<boolean>;
  readonly reload: () => void;
}

/** Reads the clinic's prompts, what bots were deployed with, and what reviewers made of the drafts. */
export function usePrompts(): Prompts {
  const medplum = useMedplum();
  const proven = useProven();
  const documents = useSearch('DocumentReference', PROMPTS_QUERY);
  const bots = useSearch('Bot', '_count=100');
  const acceptance = useAnswer<readonly EngineAcceptance[], MeasureReport>('$ai-acceptance', aiAcceptance);
  const [busy, setBusy] = useState<string>();
  const [refused, setRefused] = useState<Prompts['refused']>();

  const act = async (id: string, done: string, action: () => Promise<unknown>): Promise<boolean> => {
    setBusy(id);
    setRefused(undefined);
    try {
      await proven('choose what the AI asks', action);
      announce(done);
      await Promise.all([documents.reload(), acceptance.reload()]);
      return true;
    } catch (error) {
      setRefused(error instanceof StepUpCancelledError ? undefined : { id, reasons: reasonsOf(error) });
      return false;
    } finally {
      setBusy(undefined);
    }
  };
  return {
    state: documents.state,
    problem: documents.problem,
    versions: useMemo(() => promptVersions(documents.resources), [documents.resources]),
    deployed: useMemo(() => deployedPrompts(bots.resources), [bots.resources]),
    acceptance: acceptance.found ?? [],
    busy,
    refused,
    activate: async ({ id, key }, share) => {
      const url = medplum.fhirUrl('DocumentReference', id, '$activate');
      url.searchParams.set('share', String(share));
      await act(id, `${key} is in use.`, () => medplum.post(url, { resourceType: 'Parameters' }));
    },
    add: (key, text, report) =>
      act('new', `${key} is kept, and not in use yet.`, () =>
        medplum.createResource<DocumentReference>(promptDocument(key, text, report)),
      ),
    reload: () => void Promise.all([documents.reload(), bots.reload(), acceptance.reload()]),
  };
}

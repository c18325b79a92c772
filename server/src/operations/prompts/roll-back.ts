import type { DocumentReference, Task } from '@medplum/fhirtypes';
import type { Repository } from '../../repository/index.ts';
import { withActivation } from './activate.ts';
import { type Decision, decisionsOf, keptShare } from './decisions.ts';
import { activePrompts, promptVersions } from './prompt-document.ts';

/** Decisions that are looked at, how many of each version are needed, and how much less may be kept. */
const LOOKED_AT = 500;
const NEEDED = 10;
const COMPARED = 50;
const LARGEST_DROP = 0.15;

const isWorse = (now: readonly Decision[], before: readonly Decision[]): boolean =>
  now.length >= NEEDED && before.length >= NEEDED && keptShare(now) < keptShare(before) - LARGEST_DROP;

function alert(prompt: string, previous: string): Task {
  return {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    priority: 'urgent',
    code: { text: 'A prompt was rolled back' },
    description: `Drafts of prompt ${prompt} were kept clearly less than those of ${previous}: it is out of use.`,
  };
}

/**
 * Takes the newest active version of a prompt out of use, when its drafts are kept clearly less than those of the version
 * before it; the one before takes its encounters again.
 */
export async function rollBackIfWorse(repository: Repository, promptId: string, prompt: string): Promise<void> {
  const [newest, previous] = activePrompts(await promptVersions(repository, promptId));
  if (newest?.key !== prompt || !previous) {
    return;
  }
  let decisions: Decision[] = [];
  await repository.alongside(async (queryable) => {
    decisions = await decisionsOf(queryable, repository.context.tenant, LOOKED_AT);
  });
  const of = (key: string) =>
    decisions.filter((each) => each.prompt === key && each.decision !== 'expired').slice(0, COMPARED);
  if (isWorse(of(newest.key), of(previous.key))) {
    await repository.updateResource<DocumentReference>(withActivation(newest.document, undefined));
    await repository.createResource<Task>(alert(newest.key, previous.key));
  }
}

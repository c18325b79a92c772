import { unprocessable } from '../../fhir/index.ts';
import type { Repository, WriteGuard } from '../../repository/index.ts';
import { activationOf, activePrompts, isPrompt, promptVersions } from './prompt-document.ts';

/** A prompt gets into use by `$activate` alone, which looks at its eval report: plain writes neither begin nor end it. */
export const keepPrompts: WriteGuard = ({ grant, before, after }) => {
  if (grant.system || !isPrompt(after)) {
    return after;
  }
  const [was, is] = [isPrompt(before) ? before : undefined, after];
  const isSame = (was?.docStatus ?? 'preliminary') === is.docStatus;
  if (!isSame || JSON.stringify(was && activationOf(was)) !== JSON.stringify(activationOf(is))) {
    throw unprocessable('prompt-activation', 'A prompt is preliminary until $activate puts it into use');
  }
  return after;
};

/** May a version of a prompt be sent to a model? Where the clinic holds versions of it, only those in use. */
export async function isPromptInUse(repository: Repository, id: string, version: string): Promise<boolean> {
  const versions = await promptVersions(repository, id);
  return versions.length === 0 || activePrompts(versions).some(({ key }) => key === `${id}/${version}`);
}

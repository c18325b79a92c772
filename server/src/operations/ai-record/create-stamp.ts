import type { Database } from '../../database/index.ts';
import type { RequestContext } from '../../fhir/index.ts';
import type { CompanionsOf, Repository, WriteGuard } from '../../repository/index.ts';
import { createBotEngines } from './bot-engine.ts';
import { createInputPrompts } from './input-prompts.ts';
import { createRunInputs } from './run-inputs.ts';
import { aiLabelGuard, stampCompanions } from './stamp.ts';

/** What the stamp needs from the house. */
export interface StampOptions {
  readonly database: Database;
  readonly systemRepository: (tenant: number) => Repository;
  readonly clock: () => Date;
}

/** What the server itself puts on whatever an AI writes. */
export interface Stamp {
  readonly guard: WriteGuard;
  readonly companions: CompanionsOf;
  /** A repository that remembers what a run reads through it. */
  readonly watching: (repository: Repository, context: RequestContext) => Repository;
  /** Versioned references of what a run has read so far. */
  readonly readsOf: (context: RequestContext) => Promise<readonly string[]>;
}

/** Puts the stamp together: the label as a guard, Provenance, Device and record as companions of the write. */
export function createStamp({ database, systemRepository, clock }: StampOptions): Stamp {
  const inputs = createRunInputs(database);
  const engineOf = createBotEngines(systemRepository, clock);
  const prompts = createInputPrompts(systemRepository, clock);
  return {
    guard: aiLabelGuard({ engineOf }),
    companions: stampCompanions({ database, systemRepository, engineOf, inputs, prompts, clock }),
    watching: (repository, context) =>
      context.run === undefined ? repository : repository.watched((stored) => inputs.note(context, stored)),
    readsOf: async (context) => (await inputs.of(context)).inputs.map(({ reference }) => reference),
  };
}

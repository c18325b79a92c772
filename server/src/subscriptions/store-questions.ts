import { FhirError } from '../fhir/index.ts';
import type { ChangeEvent } from '../outbox/index.ts';
import type { MatchCriteria } from './match-event.ts';
import type { SubscriptionEntry } from './subscription-entry.ts';

/** Do the author's rights show a resource that fulfils the criteria, as the store has it now, under this row number? */
export type AskStore = (entry: SubscriptionEntry, criteria: string, rid: number) => Promise<boolean>;

/**
 * Criteria of one batch that the resource itself cannot answer: chains, `_has`, value sets. The first round of matching
 * collects them, the store is asked, and the second round finds the answers.
 */
export class StoreQuestions {
  private readonly answers = new Map<string, boolean>();
  private readonly open = new Map<string, () => Promise<boolean>>();
  private readonly matches: MatchCriteria;
  private readonly ask: AskStore;
  private readonly log: (code: string, error: unknown) => void;

  constructor(matches: MatchCriteria, ask: AskStore, log: (code: string, error: unknown) => void) {
    this.matches = matches;
    this.ask = ask;
    this.log = log;
  }

  /** Matches criteria of a Subscription with an event; what is not answered yet counts as no, and is noted. */
  of(entry: SubscriptionEntry, { seq, rid, interaction }: ChangeEvent): MatchCriteria {
    return (criteria, resource, tenant) => {
      const told = this.matches(criteria, resource, tenant);
      if (told !== undefined || interaction === 'delete') {
        return told ?? false;
      }
      const key = `${seq} ${entry.id} ${criteria}`;
      if (!this.answers.has(key)) {
        this.open.set(key, () => this.ask(entry, criteria, rid));
      }
      return this.answers.get(key) ?? false;
    };
  }

  /** Asks what is open; false when nothing was. Criteria that cannot be asked are fulfilled by nothing. */
  async settle(): Promise<boolean> {
    const asked = [...this.open];
    this.open.clear();
    await Promise.all(
      asked.map(async ([key, ask]) => {
        this.answers.set(key, await ask().catch((error: unknown) => this.refused(error)));
      }),
    );
    return asked.length > 0;
  }

  private refused(error: unknown): boolean {
    if (!(error instanceof FhirError)) {
      throw error;
    }
    this.log('subscription-criteria-failed', error);
    return false;
  }
}

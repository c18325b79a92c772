import type { Resource } from '@medplum/fhirtypes';
import { type AccessGrant, consentsOnly, hiddenFields, redact } from './access/index.ts';
import type { BotDelivery } from './bots/index.ts';

/** The label of 42 CFR Part 2 as the stored text has it, in whatever code system. */
const LABEL = '"code":"42CFRPart2"';

export interface HandToBotDependencies {
  /** What the bot may see at the moment, consents considered; undefined when it is no member. */
  readonly grantOf: (tenant: number, bot: string) => Promise<AccessGrant | undefined>;
  /** May a version be seen under a grant? */
  readonly canSee: (tenant: number, grant: AccessGrant, delivery: BotDelivery) => Promise<boolean>;
}

/**
 * What a bot is handed of an event: the version without what its policy hides, and nothing of a record that is kept back
 * from it, by the label of a programme or because its patient wants no machine to read it.
 * @returns the delivery as it goes to the bot; undefined when it goes nowhere.
 * @see security.md S30, S48, S73
 */
export async function handToBot(
  { grantOf, canSee }: HandToBotDependencies,
  bot: string,
  delivery: BotDelivery,
): Promise<BotDelivery | undefined> {
  const grant = await grantOf(delivery.tenant, bot);
  if (!grant || delivery.content === '') {
    return delivery;
  }
  const { type, content } = delivery;
  const consents = consentsOnly(grant, type, content.includes(LABEL));
  if (consents && !(await canSee(delivery.tenant, consents, delivery))) {
    return undefined;
  }
  const hidden = hiddenFields(grant, type);
  return hidden.length > 0
    ? { ...delivery, content: JSON.stringify(redact(JSON.parse(content) as Resource, hidden)) }
    : delivery;
}

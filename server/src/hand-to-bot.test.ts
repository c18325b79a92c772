import { expect, test } from 'vitest';
import { type AccessGrant, type AccessRule, optedOutGrant, partTwoGrant } from './access/index.ts';
import { handToBot } from './hand-to-bot.ts';

const rule: AccessRule = {
  resourceType: 'Patient',
  interactions: new Set(['read', 'search']),
  criteria: 'Patient?_security:not=42CFRPart2',
  hiddenFields: ['name'],
  readonlyFields: [],
  writeConstraints: [],
};
const grant: AccessGrant = {
  tenant: 2,
  ruleSets: [{ source: 'policy', rulesFor: () => [rule] }],
  system: false,
  extendedMode: false,
};
const deliveryOf = (security: object[]) => ({
  tenant: 2,
  subscription: 's',
  number: 1,
  seq: 1,
  type: 'Patient',
  id: 'a',
  version: 1,
  interaction: 'create' as const,
  depth: 0,
  attempts: 0,
  content: JSON.stringify({
    resourceType: 'Patient',
    id: 'a',
    meta: { security },
    name: [{ family: 'Canary' }],
    gender: 'female',
  }),
});
const plain = deliveryOf([]);
const labelled = deliveryOf([{ code: '42CFRPart2' }]);

async function handed(held: AccessGrant | undefined, delivery: typeof plain, sees = false) {
  const asked: AccessGrant[] = [];
  const result = await handToBot(
    {
      grantOf: async () => held,
      canSee: async (_tenant, one) => {
        asked.push(one);
        return sees;
      },
    },
    'Bot/b',
    delivery,
  );
  return { content: result?.content, asked };
}

test('a bot gets what its policy does not hide, and nobody looks anything up for that', async () => {
  const { content, asked } = await handed(grant, plain);
  expect(JSON.parse(content ?? '')).toMatchObject({ gender: 'female' });
  expect(content).not.toContain('Canary');
  expect(asked).toEqual([]);
});

test('a labelled record goes to no bot that it is kept back from, and by a consent to whom it is released', async () => {
  const withheld = await handed(grant, labelled);
  expect(withheld.content).toBeUndefined();
  expect(withheld.asked[0]?.ruleSets[0]?.rulesFor('Patient', 'read')).toEqual([]);
  const released = partTwoGrant(grant, { person: [{ patient: 'a', consent: 'c' }], app: [] });
  const seen = await handed(released, labelled, true);
  expect(seen.content).toContain('female');
  expect(seen.asked[0]?.ruleSets[0]?.rulesFor('Patient', 'read')[0]?.criteria).toContain('Patient/a');
});

test('nothing of a patient who wants no machine to read her record', async () => {
  const without = optedOutGrant(grant, [{ patient: 'a', from: 'ai' }]);
  const { content, asked } = await handed(without, plain);
  expect(content).toBeUndefined();
  expect(asked[0]?.ruleSets.map(({ source }) => source)).toEqual(['opt-outs']);
});

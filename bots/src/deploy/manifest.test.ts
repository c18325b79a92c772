/** What a bot declares must be what it does. */
import { describe, expect, it } from 'vitest';
import { recordReads, riskCodes } from '../risk/reads.ts';
import { catalogue, isBotName, loadBot } from './catalogue.ts';
import { parseManifest, parseSubscriptions, policyOf } from './manifest.ts';

const manifest = {
  name: 'x',
  title: 'X',
  description: 'X.',
  policy: 'ai-x',
  reads: ['Patient'],
  writes: ['Flag', 'Patient'],
  egress: [],
};

describe('parseManifest', () => {
  it('refuses an unknown element and a malformed type', () => {
    expect(() => parseManifest({ ...manifest, root: true })).toThrow();
    expect(() => parseManifest({ ...manifest, reads: ['patient'] })).toThrow();
  });
});

describe('parseSubscriptions', () => {
  it('refuses criteria without a filter', () => {
    expect(() => parseSubscriptions([{ name: 'a', reason: 'b', criteria: 'Observation' }])).toThrow();
  });
});

describe('policyOf', () => {
  it('gives no more than is declared, and never a delete', () => {
    expect(policyOf(parseManifest(manifest)).resource).toEqual([
      { resourceType: 'Flag', interaction: ['create', 'update'] },
      { resourceType: 'Patient', interaction: ['read', 'search', 'create', 'update'] },
    ]);
  });
});

describe('the bots of this workspace', () => {
  it.each(Object.keys(catalogue).filter(isBotName))('%s is named as its folder', async (name) => {
    expect((await loadBot(name)).manifest.name).toBe(name);
  });

  it('risk declares every type that it reads', async () => {
    const declared = (await loadBot('risk')).manifest.reads;
    expect(recordReads(['1']).map((url) => url.split('?')[0])).toSatisfy((types: string[]) =>
      types.every((type) => declared.includes(type)),
    );
  });

  it('risk is triggered by its codes and no other Observation', async () => {
    const criteria = (await loadBot('risk')).subscriptions
      .map((each) => each.criteria)
      .filter((each) => each.startsWith('Observation'));
    expect(criteria).toEqual([`Observation?code=${riskCodes.join(',')}`]);
  });
});

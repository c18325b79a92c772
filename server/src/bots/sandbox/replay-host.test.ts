import { expect, test } from 'vitest';
import type { Cassette, CassetteCall } from './cassette.ts';
import { ReplayHost } from './replay-host.ts';

const reach = { baseUrl: 'http://x/', egress: [], inside: [] };
const request = (url: string): string => JSON.stringify({ method: 'GET', url });
const call = (url: string, rest: Partial<CassetteCall>): CassetteCall => ({
  kind: 'fetch',
  request: request(url),
  ...rest,
});
const cassette = (calls: CassetteCall[]): Cassette => ({ startedAt: 0, seed: '00', random: [], calls });
const answer = (number: number): string => JSON.stringify({ now: number, answer: number });

test('answers come in the order in which the run saw them', async () => {
  const host = new ReplayHost(
    cassette([call('a', { answer: answer(0), order: 1 }), call('b', { answer: answer(1), order: 0 })]),
  );
  const came: string[] = [];
  const both = ['a', 'b'].map(async (url) => {
    const { answer: number } = JSON.parse(await host.fetch(reach, request(url))) as { answer: number };
    came.push(url);
    host.seen(number);
  });
  await Promise.all(both);
  expect(came).toEqual(['b', 'a']);
});

test('an answer that came as the run ended is given at last, one that never came is not', async () => {
  const host = new ReplayHost(
    cassette([call('a', { answer: answer(0), order: 0 }), call('last', { answer: answer(1) }), call('never', {})]),
  );
  const never = host.fetch(reach, request('never')).then(() => 'never');
  const last = host.fetch(reach, request('last')).then(() => 'last');
  const first = host.fetch(reach, request('a')).then((text) => {
    host.seen((JSON.parse(text) as { answer: number }).answer);
    return 'a';
  });
  expect(await Promise.race([never, last, first])).toBe('a');
  expect(await Promise.race([never, last])).toBe('last');
});

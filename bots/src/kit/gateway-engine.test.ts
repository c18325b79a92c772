/** The model gateway as seen from a bot: every failure is a reply, none is thrown. */
import { describe, expect, it } from 'vitest';
import { narrativePrompt } from '../risk/model-narrative.ts';
import { gatewayEngine } from './gateway-engine.ts';

const request = { prompt: narrativePrompt, variables: { assessment: 'facts' }, maxTokens: 100 };

function gateway(answer: () => Promise<unknown>) {
  const sent: unknown[] = [];
  const client = {
    fhirUrl: (...path: string[]) => new URL(path.join('/'), 'https://example.org/fhir/R4/'),
    post: (async (_url: unknown, body: unknown) => {
      sent.push(body);
      return answer();
    }) as never,
  };
  return { engine: gatewayEngine(client, 'risk-narrative'), sent };
}

describe('gatewayEngine', () => {
  it('sends prompt, version and purpose, and gives the reply', async () => {
    const { engine, sent } = gateway(async () => ({ kind: 'complete', value: { narrative: 'x' }, model: 'claude-x' }));
    expect(await engine.ask(request)).toEqual({ kind: 'complete', value: { narrative: 'x' }, model: 'claude-x' });
    expect(sent[0]).toMatchObject({
      purpose: 'risk-narrative',
      promptId: 'risk-narrative',
      promptVersion: '1.0.0',
      maxTokens: 100,
    });
  });

  it('says what the prompt shows', async () => {
    const manifest = [{ reference: 'Observation/1/_history/2', fields: ['code'] }];
    const { engine, sent } = gateway(async () => ({ kind: 'complete', value: {}, model: 'claude-x' }));
    await engine.ask({ ...request, manifest });
    expect(sent[0]).toMatchObject({ manifest });
  });

  it.each([
    ['no key on the server', () => Promise.reject(new Error('409')), 'unavailable'],
    ['nonsense', async () => 'pardon?', 'malformed'],
    ['an unknown kind', async () => ({ kind: 'divine' }), 'malformed'],
    ['a spent budget', async () => ({ kind: 'over-budget', model: 'm' }), 'over-budget'],
  ])('answers %s as a reply', async (_what, answer, kind) => {
    expect(await gateway(answer).engine.ask(request)).toMatchObject({ kind });
  });
});

/** Claude's wording beside the score: used when it holds, dropped when it does not (product.md N3, N9). */

import { MockClient } from '@medplum/mock';
import { extensionUrl } from '@mindbridge/fhir-profiles';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ModelEngine, ModelReply, ModelRequest } from '../kit/index.ts';
import { davis } from '../testing/arbitraries.ts';
import { indexDefinitions, seedDavis } from '../testing/clinic.ts';
import { assess } from './assessment.ts';
import { factsForPrompt, modelNarrative } from './model-narrative.ts';
import { runRisk } from './run.ts';
import { standardThresholds } from './thresholds.ts';

beforeAll(indexDefinitions);

const assessment = assess(davis);

function scripted(reply: Partial<ModelReply>): ModelEngine & { readonly asked: ModelRequest[] } {
  const asked: ModelRequest[] = [];
  return {
    kind: 'claude',
    asked,
    ask: async (request) => {
      asked.push(request);
      return { kind: 'complete', value: undefined, model: 'scripted', ...reply };
    },
  };
}

const manifest = [{ reference: 'Observation/1/_history/1', fields: ['code', 'valueQuantity'] }];
const holds = 'The risk score is 95 of 100, critical. There were 6 crisis calls in 30 days. Contact within 24 hours.';

describe('modelNarrative', () => {
  it('takes wording that holds', async () => {
    expect(await modelNarrative(scripted({ value: { narrative: holds } }), assessment, manifest)).toEqual({
      kind: 'draft',
      value: holds,
    });
  });

  it.each([
    ['a wrong number', { narrative: holds.replace('6', '9') }, 'narrative-mismatch'],
    ['a link', { narrative: `${holds} See https://example.org` }, 'narrative-markup'],
    ['another form', { text: holds }, 'narrative-malformed'],
    ['an endless text', { narrative: `${holds} `.repeat(20) }, 'narrative-malformed'],
  ])('abstains from %s', async (_what, value, code) => {
    expect(await modelNarrative(scripted({ value }), assessment, manifest)).toMatchObject({ kind: 'abstain', code });
  });

  it.each(['truncated', 'refused', 'malformed', 'empty', 'over-budget', 'slow', 'unavailable'] as const)(
    'abstains from a model that is %s',
    async (kind) => {
      expect(await modelNarrative(scripted({ kind, value: { narrative: holds } }), assessment, manifest)).toMatchObject(
        {
          code: `model-${kind}`,
        },
      );
    },
  );

  it('shows the model no name and no reference', () => {
    expect(factsForPrompt(assessment)).not.toMatch(/Davis|P004|Patient\/|Observation\//);
  });
});

describe('a run with a model', () => {
  async function run(model: ModelEngine) {
    const medplum = new MockClient({ seedDefaultData: false });
    const patient = await seedDavis(medplum, new Date());
    await runRisk(
      { client: medplum, clock: () => new Date(), timeZone: 'UTC', standard: standardThresholds('high'), model },
      { patientIds: [patient.id], key: 'k' },
    );
    const [found] = await medplum.searchResources('RiskAssessment');
    const devices = await medplum.searchResources('Device');
    return {
      engine: found?.extension?.find((each) => each.url === extensionUrl.narrativeEngine)?.valueCode,
      note: found?.note?.[0]?.text,
      devices: devices.length,
    };
  }

  it('keeps the checked wording and says who worded it', async () => {
    expect(await run(scripted({ value: { narrative: holds } }))).toEqual({ engine: 'claude', note: holds, devices: 2 });
  });

  it('keeps the embedded narrative when the wording is wrong', async () => {
    const result = await run(scripted({ value: { narrative: 'The risk score is 12, low risk.' } }));
    expect(result).toMatchObject({ engine: 'embedded', devices: 1 });
    expect(result.note).toContain('95 of 100');
  });
});

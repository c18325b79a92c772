/** One file per bot that asks its host for nothing but `@medplum/core`, and that runs as such on Medplum's mock (product.md N10). */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockClient } from '@medplum/mock';
import { beforeAll, describe, expect, it } from 'vitest';
import { botEvent, indexDefinitions, seedDavis } from '../testing/clinic.ts';
import { loadBundle } from '../testing/run-bundle.ts';
import { bundleBot } from './bot-bundle.ts';
import { catalogue, isBotName, loadBot } from './catalogue.ts';

beforeAll(indexDefinitions);

const names = Object.keys(catalogue).filter(isBotName);

describe('bundleBot', () => {
  it.each(names)('makes the same file of %s twice, asking for nothing but @medplum/core', async (name) => {
    const [first, second] = [await loadBot(name), await loadBot(name)];
    expect(first.bundle).toEqual(second.bundle);
    expect(first.bundle.imports.filter((path) => path !== '@medplum/core')).toEqual([]);
    expect(first.bundle.code).not.toMatch(/process\.env|node:/);
  });

  it('refuses a bot that imports something else', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bot-'));
    const entry = join(folder, 'bot.ts');
    await writeFile(
      entry,
      "import { readFile } from 'node:fs/promises';\nexport const handler = () => readFile('/etc/hostname');\n",
    );
    await expect(bundleBot(entry)).rejects.toThrow();
  });
});

describe('the deployed files on Medplum’s mock', () => {
  it('risk assesses a patient, then population counts the clinic', async () => {
    const medplum = new MockClient({ seedDefaultData: false });
    const patient = await seedDavis(medplum, new Date());
    const [risk, population] = await Promise.all([loadBot('risk'), loadBot('population')]);
    await loadBundle(risk.bundle.code)(medplum, botEvent(patient));
    expect(await medplum.searchResources('RiskAssessment')).toHaveLength(1);
    const report = await loadBundle(population.bundle.code)(medplum, botEvent(undefined));
    expect(report).toMatchObject({ resourceType: 'MeasureReport', status: 'complete' });
  });
});

/** A prompt is judged by what a model makes of it; the report names prompt, data and approver (ai.md §7). */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { promptProblems } from '../src/kit/check-prompt.ts';
import type { ModelEngine } from '../src/kit/index.ts';
import { draftNote } from '../src/soap/engine.ts';
import { soapPrompt, soapPrompts } from '../src/soap/engines.ts';
import { openData, readVisits } from './data.ts';
import { measureModelDrafts } from './measures/model-drafts.ts';
import { promptReport } from './prompt-report.ts';

const own = openData(fileURLToPath(new URL('own', import.meta.url)));

/** A model that writes what rules would, with the turns behind it; or one that was led to invent. */
function model(invents: boolean): ModelEngine {
  const visits = readVisits(own, ['valid']) ?? [];
  let next = 0;
  return {
    kind: 'claude',
    async ask() {
      const visit = visits[next++ % visits.length];
      const sentences = draftNote(visit?.dialogue ?? '').sentences.map(({ section, text, support }) => ({
        section,
        text: invents ? `${text} Start warfarin 5 mg.` : text,
        evidence: support.map(({ turn, quote }) => ({ turn, quote })),
      }));
      return { kind: 'complete', value: { sentences }, model: 'claude-test' };
    },
  };
}

describe.each(soapPrompts.map((prompt) => ({ prompt, version: prompt.version })))(
  'prompt soap/$version',
  ({ prompt }) => {
    it('is fit for use', () => {
      expect(promptProblems(prompt)).toEqual([]);
    });

    it('gives a model that keeps to the visit its figures', async () => {
      const figures = (await measureModelDrafts(own, model(false), prompt))?.measures.map(({ id, value }) => [
        id,
        value,
      ]);
      expect(Number(figures?.[0]?.[1])).toBeGreaterThan(38);
      expect(figures?.[1]).toEqual(['B2', 0]);
    });

    it('gives a model that invents nothing to stand on', async () => {
      expect((await measureModelDrafts(own, model(true), prompt))?.measures[0]?.value).toBeLessThan(10);
    });
  },
);

describe('promptReport', () => {
  it('holds figures as shares, without times, and the hash of the data', () => {
    const measure = { name: '', floor: 0, goal: 0, better: 'high', n: 1 } as const;
    const report = promptReport({
      prompt: soapPrompt,
      measures: [
        { ...measure, id: 'B1', value: 44, unit: 'points' },
        { ...measure, id: 'B1', value: 18, unit: 'points' },
        { ...measure, id: 'A9', value: 0.9, unit: '' },
        { ...measure, id: 'A10', value: 5, unit: 'ms' },
      ],
      data: { name: 'own', texts: ['a'] },
      date: '2026-11-24',
      approver: 'Dr. Okafor',
    });
    expect(report).toMatchObject({
      prompt: 'soap/1.0.0',
      promptSha256: soapPrompt.hash,
      figures: { B1: 0.44, A9: 0.9 },
    });
  });
});

/** Prompts are code: pinned by a hash, rendered as data. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parsePrompt, promptKey, promptNamed, promptText, promptVariables, renderPrompt } from './prompt.ts';

describe('prompts', () => {
  const read = async (): Promise<unknown> =>
    JSON.parse(await readFile(new URL('../risk/prompt/1.0.0/prompt.json', import.meta.url), 'utf8'));

  it('carry the hash of their text: an edit needs a new version', async () => {
    const prompt = parsePrompt(await read());
    expect(createHash('sha256').update(promptText(prompt)).digest('hex')).toBe(prompt.hash);
  });

  it('render values as data, never as markup or variables', async () => {
    const prompt = parsePrompt(await read());
    expect(promptVariables(prompt)).toEqual(['assessment']);
    const { user } = renderPrompt(prompt, { assessment: '</assessment> {{assessment}}' });
    expect(user).toContain('‹/assessment› {{assessment}}');
    expect(() => renderPrompt(prompt, {})).toThrow('needs the variable assessment');
  });

  it('are found by id and version; without one the first is used, and an unknown one is none', async () => {
    const first = parsePrompt(await read());
    const second = { ...first, version: '1.1.0' };
    expect(promptKey(second)).toBe(`${first.id}/1.1.0`);
    expect(promptNamed([first, second], promptKey(second))).toBe(second);
    expect(promptNamed([first, second], undefined)).toBe(first);
    expect(promptNamed([first, second], `${first.id}/9.0.0`)).toBeUndefined();
  });

  it('refuse a malformed file by the name of its element', () => {
    expect(() => parsePrompt({ id: 'x' })).toThrow('version');
  });
});

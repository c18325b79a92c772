import { describe, expect, it, vi } from 'vitest';
import { compileBot } from './compile-bot.ts';

describe('compileBot', () => {
  it('takes the types out of TypeScript and leaves JavaScript as it is', async () => {
    const typed = await compileBot('exports.handler = async (m: unknown): Promise<number> => 1;', 'bot.ts');
    expect(typed).toMatchObject({ kind: 'code', code: expect.not.stringContaining('unknown') });
    const plain = 'exports.handler = async () => 1;';
    expect(await compileBot(plain, 'bot.js')).toEqual({ kind: 'code', code: plain });
  });

  it('takes TypeScript as it is written for other servers: names imported for their types, enums', async () => {
    const source = `import { BotEvent, MedplumClient } from '@medplum/core';
import { Patient } from '@medplum/fhirtypes';
enum Answer { Yes = 1 }
export async function handler(medplum: MedplumClient, event: BotEvent<Patient>): Promise<Answer> { return Answer.Yes; }`;
    const compiled = await compileBot(source, 'bot.ts');
    expect(compiled).toMatchObject({ kind: 'code', code: expect.not.stringContaining('import') });
    expect(compiled).toMatchObject({ code: expect.stringContaining('Answer') });
  });

  it('says why a source does not compile, and runs nothing of it', async () => {
    expect(await compileBot('exports.handler = async ( => 1;', 'bot.js')).toMatchObject({ kind: 'refused' });
    const loops = 'for (;;) {}\nexport const handler = async () => 1;';
    expect(await compileBot(loops, 'bot.mts')).toMatchObject({ kind: 'code' });
  });

  it('warns of nothing in this process', async () => {
    const warned = vi.fn();
    process.on('warning', warned);
    await compileBot('export const handler = async (m: unknown) => m;', 'bot.ts');
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', warned);
    expect(warned).not.toHaveBeenCalled();
  });
});

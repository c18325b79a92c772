import type { DocumentReference } from '@medplum/fhirtypes';
import { extensionUrl } from '@mindbridge/fhir-profiles';
import { describe, expect, it } from 'vitest';
import { deployedPrompts, promptDocument, promptVersions } from './prompt-version.ts';

const REPORT = JSON.stringify({
  data: { name: 'visits' },
  date: '2026-11-20',
  approver: 'Dr. A',
  figures: { A1: 0.98 },
});

function version(key: string, activation?: { share: number; at: string }): DocumentReference {
  return {
    ...promptDocument(key, 'Wörter', REPORT),
    id: key.replace('/', '-'),
    ...(activation && {
      docStatus: 'final',
      extension: [
        {
          url: extensionUrl.promptActivation,
          extension: [
            { url: 'share', valueInteger: activation.share },
            { url: 'at', valueDateTime: activation.at },
          ],
        },
      ],
    }),
  };
}

const sharesOf = (documents: DocumentReference[]) =>
  (promptVersions(documents).get('soap') ?? []).map(({ version: name, gets }) => [name, gets]);

describe('versions of prompts', () => {
  it('read what was written, with the figures of the report', () => {
    const [one] = promptVersions([version('soap/1.1.0')]).get('soap') ?? [];
    expect(one).toMatchObject({ key: 'soap/1.1.0', version: '1.1.0', text: 'Wörter', gets: 0 });
    expect(one?.report).toEqual({ data: 'visits', date: '2026-11-20', approver: 'Dr. A', figures: [['A1', 0.98]] });
    expect(one?.since).toBeUndefined();
  });

  it('give a canary its share, and the version before it the rest', () => {
    const old = version('soap/1.0.0', { share: 100, at: '2026-11-01' });
    expect(sharesOf([old, version('soap/1.1.0', { share: 10, at: '2026-11-20' }), version('soap/1.2.0')])).toEqual([
      ['1.1.0', 10],
      ['1.0.0', 90],
      ['1.2.0', 0],
    ]);
  });

  it('give nothing to a version that a newer one has wholly replaced, and all to the only one', () => {
    const old = version('soap/1.0.0', { share: 50, at: '2026-11-01' });
    expect(sharesOf([old, version('soap/1.1.0', { share: 100, at: '2026-11-20' })])).toEqual([
      ['1.1.0', 100],
      ['1.0.0', 0],
    ]);
    expect(sharesOf([old])).toEqual([['1.0.0', 100]]);
  });

  it('bear the emptiest documents and bots', () => {
    expect(promptVersions([{ resourceType: 'DocumentReference' } as DocumentReference]).size).toBe(0);
    expect(deployedPrompts([{ resourceType: 'Bot' }])).toEqual([]);
  });

  it('name the prompt that a bot was deployed with', () => {
    const parts = [{ url: 'prompt', valueString: 'soap/1.0.0' }];
    const bot = {
      resourceType: 'Bot',
      name: 'SOAP',
      extension: [{ url: extensionUrl.botEngine, extension: parts }],
    } as const;
    expect(deployedPrompts([{ ...bot, extension: [...bot.extension] }])).toEqual([
      { bot: 'SOAP', key: 'soap/1.0.0', text: undefined },
    ]);
  });
});

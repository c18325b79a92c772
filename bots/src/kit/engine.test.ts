/** Every way a model’s reply can end. */
import { describe, expect, it } from 'vitest';
import { outcomeOfReply, type ReplyKind, replyReasons } from './engine.ts';
import { draft } from './outcome.ts';

describe('model replies', () => {
  const reply = (kind: ReplyKind) => ({ kind, value: { text: 'x' }, model: 'm' });

  it('shows only complete replies to the parser', () => {
    expect(outcomeOfReply(reply('complete'), draft)).toEqual({ kind: 'draft', value: { text: 'x' } });
    for (const kind of Object.keys(replyReasons) as (keyof typeof replyReasons)[]) {
      expect(outcomeOfReply(reply(kind), draft)).toMatchObject({ kind: 'abstain', code: `model-${kind}` });
    }
  });
});

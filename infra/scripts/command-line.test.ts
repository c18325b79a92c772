import { describe, expect, it } from 'vitest';
import { parseCommandLine } from './command-line.ts';

const shape = {
  call: 'npm run restore --',
  about: 'Fills an empty database.',
  operands: ['FILE'],
  options: { kills: 5, out: 'RESULTS.md', redeliver: false, plant: ['write', 'event'], peer: undefined },
} as const;

describe('parseCommandLine', () => {
  it('gives the defaults of what is left out', () => {
    expect(parseCommandLine(shape, [])).toEqual({
      operands: [],
      options: { kills: 5, out: 'RESULTS.md', redeliver: false, plant: undefined, peer: undefined },
    });
  });

  it('reads numbers, texts, switches and operands', () => {
    expect(
      parseCommandLine(shape, [
        'a.backup',
        '--kills',
        '7',
        '--out=x',
        '--redeliver',
        '--plant',
        'write',
        '--peer',
        'p',
      ]),
    ).toEqual({
      operands: ['a.backup'],
      options: { kills: 7, out: 'x', redeliver: true, plant: 'write', peer: 'p' },
    });
  });

  it.each([
    [['--bogus'], `Unknown option '--bogus'.`],
    [['--kills', 'many'], 'Found --kills "many", need a number.'],
    [['--kills=-1'], 'Found --kills "-1", need a number.'],
    [['--plant', 'none'], 'Found --plant "none", need one of write, event.'],
    [['a', 'b'], 'Found "a" "b", need no more than FILE.'],
  ])('says in one sentence what is wrong with %j', (args, sentence) => {
    expect(() => parseCommandLine(shape, args)).toThrow(new Error(sentence));
  });
});

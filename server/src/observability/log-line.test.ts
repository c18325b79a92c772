import { describe, expect, it } from 'vitest';
import { jsonLine, prettyLine } from './log-line.ts';

const at = new Date('2026-11-24T08:00:00.000Z');

describe('jsonLine', () => {
  it('has time, level and type before the fields of the event', () => {
    const line = jsonLine({ type: 'slow-statement', statement: 'read', durationMs: 700 }, at);
    expect(line).toBe(
      '{"time":"2026-11-24T08:00:00.000Z","level":"warn","type":"slow-statement","statement":"read","durationMs":700}',
    );
  });
});

describe('prettyLine', () => {
  it('shows the time of day, the level and each field, with numbers rounded and texts with spaces in quotes', () => {
    const line = prettyLine({ type: 'slow-statement', statement: 'SELECT 1', durationMs: 700.123 }, at);
    expect(line).toBe('08:00:00.000 \u001b[33mwarn \u001b[0m slow-statement statement="SELECT 1" durationMs=700.1');
  });
});

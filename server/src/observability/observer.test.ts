import { describe, expect, it } from 'vitest';
import { errorFacts, type RequestServed } from './events.ts';
import { createObserver, type ObserverOptions } from './observer.ts';

const at = new Date('2026-11-24T08:00:00.000Z');
const served: RequestServed = {
  type: 'request-served',
  method: 'GET',
  route: '/fhir/R4/:type/:id',
  status: 200,
  durationMs: 3,
  requestId: 'r-1',
  tenant: 2,
};

function observed(options: Pick<ObserverOptions, 'level' | 'format'>) {
  const lines: string[] = [];
  return { lines, observer: createObserver({ ...options, write: (line) => lines.push(line), now: () => at }) };
}

describe('observer', () => {
  it('is JSON with time, level, type and fields', () => {
    const { lines, observer } = observed({ level: 'debug', format: 'json' });
    observer.emit(served);
    expect(JSON.parse(lines[0] ?? '')).toEqual({ time: at.toISOString(), level: 'debug', ...served });
  });

  it('leaves out what is less severe than the level', () => {
    const { lines, observer } = observed({ level: 'info', format: 'json' });
    observer.emit(served);
    observer.emit({ ...served, status: 503 });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('"status":503');
  });

  it.each(['json', 'pretty'] as const)('cannot be forged by line breaks in a field (%s)', (format) => {
    const { lines, observer } = observed({ level: 'debug', format });
    observer.emit({ ...served, requestId: 'x\n{"level":"info"}' });
    expect(lines.join('').trimEnd()).not.toContain('\n');
  });

  it('tells of an unforeseen error its kind, code and frames, never its message', () => {
    const { lines, observer } = observed({ level: 'error', format: 'json' });
    const error = Object.assign(new TypeError('Maria Lopez\nborn 1980'), { code: '23505' });
    observer.emit({ type: 'request-failed', requestId: 'r-2', error: errorFacts(error) });
    expect(lines[0]).toContain('"code":"23505"');
    expect(lines[0]).toContain('observer.test.ts');
    expect(lines[0]).not.toMatch(/Maria|1980/);
  });
});

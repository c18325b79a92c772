import type { Bot } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { FhirError } from '../fhir/index.ts';
import { botGuard } from './bot-guard.ts';

type Change = Parameters<typeof botGuard>[0];

const guarded = (schedule: Partial<Bot>): unknown =>
  botGuard({ after: { resourceType: 'Bot', name: 'b', ...schedule } } as Change);

describe('botGuard', () => {
  it.each<Partial<Bot>>([
    {},
    { cronString: '*/5 * * * *' },
    { cronTiming: { repeat: { period: 1, periodUnit: 'h' } } },
    { cronTiming: { repeat: { dayOfWeek: ['mon'] } } },
  ])('lets a Bot with %j be', (schedule) => {
    expect(guarded(schedule)).toMatchObject(schedule);
  });

  it.each<[Partial<Bot>, string]>([
    [{ cronString: 'every day' }, 'Bot.cronString'],
    [{ cronString: '61 * * * *' }, 'Bot.cronString'],
    [{ cronString: '* * * * * *' }, 'Bot.cronString'],
    [{ cronTiming: { repeat: { period: 2, periodUnit: 'wk' } } }, 'Bot.cronTiming'],
    [{ cronTiming: { event: ['2026-01-01'] } }, 'Bot.cronTiming'],
  ])('refuses %j', (schedule, expression) => {
    const refused = (): unknown => guarded(schedule);
    expect(refused).toThrow(FhirError);
    expect(refused).toThrow(
      expect.objectContaining({
        outcome: expect.objectContaining({ issue: [expect.objectContaining({ expression: [expression] })] }),
      }),
    );
  });
});

import { unprocessable } from '../fhir/index.ts';
import type { WriteGuard } from '../repository/index.ts';
import { cronOfTiming, parseCron } from './cron-schedule.ts';

/**
 * Refuses a Bot whose schedule is not understood: it would never run, and nobody would be told.
 * @throws FhirError 422 that names the element.
 */
export const botGuard: WriteGuard = ({ after }) => {
  if (after.resourceType !== 'Bot') {
    return after;
  }
  const { cronString, cronTiming } = after;
  if (cronString !== undefined && parseCron(cronString) === undefined) {
    const text = 'cronString is not understood: need five fields such as `0 6 * * mon-fri`, in UTC';
    throw unprocessable('bot-cron', text, 'Bot.cronString');
  }
  if (cronTiming !== undefined && cronOfTiming(cronTiming) === undefined) {
    const text =
      'cronTiming is not understood: need timeOfDay, dayOfWeek, or a period in min (below 60), h (below 24) or d';
    throw unprocessable('bot-cron', text, 'Bot.cronTiming');
  }
  return after;
};

import { daysBetween, localDate } from '../kit/index.ts';
import { allNumbers } from '../kit/text/index.ts';
import type { Counted, Measured, RiskFacts } from './facts.ts';

const PATTERNS = {
  crisisCalls: [/(\d+) crisis (?:line )?(?:calls?|contacts?)/i, /crisis calls?(?: in [\w ]+)?\s*[:=]\s*(\d+)/i],
  adherence: [
    /(\d+(?:\.\d+)?)\s*(?:%|percent) (?:medication |treatment )?(?:adherence|compliance|adherent)/i,
    /(?:adherence|compliance)(?: rate)?(?: of| is| at|\s*[:=])?\s*(\d+(?:\.\d+)?)\s*(?:%|percent)/i,
  ],
  missed: [
    /(\d+) (?:missed (?:appointments?|visits?)|no[- ]?shows?)/i,
    /missed (\d+) (?:appointments?|visits?)/i,
    /(?:missed appointments?|no[- ]?shows?)(?: in [\w ]+)?\s*[:=]\s*(\d+)/i,
  ],
  daysAgo: [/(?:last )?seen (\d+) days ago/i, /(\d+) days since (?:last )?(?:seen|the last visit|last visit)/i],
  lastSeen: [/last (?:seen|visit)(?: on| was|\s*[:=])?\s*(\d{4}-\d{2}-\d{2})/i],
  phq9Item9: [/phq-?9 (?:item|question) 9(?: of| is| answered|\s*[:=])?\s*(\d)\b/i],
  phq9: [/phq-?9(?: total| score)?(?: of| is| was|\s*[:=])?\s*(\d{1,2})\b(?! ?(?:item|question))/i],
  gad7: [/gad-?7(?: total| score)?(?: of| is| was|\s*[:=])?\s*(\d{1,2})\b/i],
} as const;

/** Text with every spoken number written in digits: "six crisis calls" becomes "6 crisis calls". */
function inDigits(text: string): string {
  const spoken = allNumbers(text).filter((each) => each.whole && /^[a-z]/i.test(text.slice(each.start, each.end)));
  const counts = spoken.filter((each) =>
    /^(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty)\b/i.test(
      text.slice(each.start, each.end),
    ),
  );
  return counts
    .sort((a, b) => b.start - a.start)
    .reduce((written, each) => `${written.slice(0, each.start)}${each.value}${written.slice(each.end)}`, text);
}

function numberIn(text: string, patterns: readonly RegExp[], most: number): number | undefined {
  const found = patterns.map((pattern) => pattern.exec(text)?.[1]).find((each) => each !== undefined);
  const value = found === undefined ? undefined : Number(found);
  return value !== undefined && value <= most ? value : undefined;
}

/**
 * Reads the risk facts out of a plain description of a patient. Only what the text states; the rest stays unknown. There
 * is no record behind these facts, so they have no basis.
 */
export function factsFromText(description: string, now: Date, timeZone: string): RiskFacts {
  const text = inDigits(description);
  const asOf = now.toISOString();
  const counted = (value: number | undefined): Counted => ({ value: value ?? 0, basis: [] });
  const measured = (value: number | undefined): Measured | undefined =>
    value === undefined ? undefined : { value, at: asOf, stale: false, basis: [] };
  const lastSeen = PATTERNS.lastSeen.map((pattern) => pattern.exec(text)?.[1]).find((day) => day !== undefined);
  const days = lastSeen ? daysBetween(lastSeen, localDate(now, timeZone)) : numberIn(text, PATTERNS.daysAgo, 36_500);
  return {
    asOf,
    crisisCalls: counted(numberIn(text, PATTERNS.crisisCalls, 1000)),
    medicationAdherence: measured(numberIn(text, PATTERNS.adherence, 100)),
    missedAppointments: counted(numberIn(text, PATTERNS.missed, 1000)),
    daysSinceSeen: measured(days !== undefined && days >= 0 ? days : undefined),
    phq9: measured(numberIn(text, PATTERNS.phq9, 27)),
    phq9Item9: measured(numberIn(text, PATTERNS.phq9Item9, 3)),
    gad7: measured(numberIn(text, PATTERNS.gad7, 21)),
  };
}

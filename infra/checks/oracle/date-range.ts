/** A span of time in ms: from `low` up to, not including, `high`. */
export interface Span {
  readonly low: number;
  readonly high: number;
}

const DATE = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?)?)?$/;

/** The time that a written date stands for; a time without a zone is read as UTC. Undefined when it is none. */
export function dateRange(text: string): Span | undefined {
  const match = DATE.exec(text);
  if (!match) {
    return undefined;
  }
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => (part ? Number(part) : undefined));
  const at = (y: number, mo = 1, d = 1, h = 0, mi = 0, s = 0): number => {
    const date = new Date(Date.UTC(2000, mo - 1, d, h, mi, s));
    date.setUTCFullYear(y, mo - 1, d);
    return date.getTime() - offsetOf(match[8]);
  };
  const low = at(year as number, month, day, hour, minute, second);
  if (second !== undefined) {
    const fraction = match[7] ?? '';
    const digits = Math.max(fraction.length - 1, 0);
    const start = low + Math.floor(Number(fraction || 0) * 1000);
    return { low: start, high: start + 10 ** Math.max(3 - digits, 0) };
  }
  const high =
    hour !== undefined
      ? low + 60_000
      : day !== undefined
        ? low + 86_400_000
        : month !== undefined
          ? at(year as number, month + 1)
          : at((year as number) + 1);
  return { low, high };
}

function offsetOf(zone: string | undefined): number {
  if (!zone || zone === 'Z') {
    return 0;
  }
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}

/** Local calendar day (`YYYY-MM-DD`) that lies `days` before the instant `at`; undefined when either is missing. */
export function lastSeenDay(at: string | undefined, days: number | undefined): string | undefined {
  const date = at ? new Date(at) : undefined;
  if (!date || Number.isNaN(date.getTime()) || days === undefined) {
    return undefined;
  }
  const seen = new Date(date.getFullYear(), date.getMonth(), date.getDate() - Math.round(days));
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${seen.getFullYear()}-${two(seen.getMonth() + 1)}-${two(seen.getDate())}`;
}

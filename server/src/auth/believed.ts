/** How long what was looked up is believed, in ms: revocations are effective within five seconds. */
const BELIEVED_MS = 3000;
const MAX_ENTRIES = 5000;

/** Looks things up by a name, and again only when what it found is too old to be believed; what fails is not remembered. */
export function believed<T>(clock: () => Date): (key: string, load: () => Promise<T>) => Promise<T> {
  const known = new Map<string, { readonly found: Promise<T>; readonly until: number }>();
  return (key, load) => {
    const now = clock().getTime();
    const entry = known.get(key);
    if (entry && entry.until > now) {
      return entry.found;
    }
    const found = load();
    found.catch(() => known.delete(key));
    if (known.size >= MAX_ENTRIES) {
      known.clear();
    }
    known.set(key, { found, until: now + BELIEVED_MS });
    return found;
  };
}

import { createHash } from 'node:crypto';

/** Longest text that goes into an index entry as it is. */
const LONGEST = 400;

/** Key of a stored parameter such as `Observation.code`: FNV-1a of the name as int4. Collisions are refused at registration. */
export function parameterKey(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) {
    hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  }
  return hash | 0;
}

const systems = new Map<string, number>();

/** Key of a code system: 52 bits of its SHA-256, so that it is an exact JavaScript number; 0 for none. */
export function systemKey(system: string | undefined): number {
  if (!system) {
    return 0;
  }
  const known = systems.get(system);
  if (known !== undefined) {
    return known;
  }
  const digest = createHash('sha256').update(system).digest();
  const key = digest.readUIntBE(0, 6) * 16 + ((digest[6] as number) & 15) || 1;
  if (systems.size < 10_000) {
    systems.set(system, key);
  }
  return key;
}

/** Shortens text that would not fit an index entry, keeping it unique; the same on both sides of a comparison. */
export function clip(text: string): string {
  return text.length <= LONGEST
    ? text
    : `${text.slice(0, LONGEST - 80)}#${createHash('sha256').update(text).digest('hex')}`;
}

/** Shortens text of which only the beginning is searched. */
export function clipStart(text: string): string {
  return text.length <= LONGEST ? text : text.slice(0, LONGEST);
}

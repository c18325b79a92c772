import type { Ask, Asker } from './ask.ts';
import { askDates, askNumbers, askQuantities } from './ask-spans.ts';
import { pointersOf, stringsOf, tokensOf } from './element-values.ts';
import { escaped } from './question.ts';

/** Folds case and accents as FHIR wants of strings. */
function folded(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

/** Ways to ask for one element, by type of parameter. */
export const ASKERS: Readonly<Record<string, Asker>> = {
  token: askTokens,
  string: askStrings,
  date: askDates,
  number: askNumbers,
  quantity: askQuantities,
  reference: askReferences,
  uri: askUris,
};

function askTokens(element: unknown): Ask[] {
  return tokensOf(element)
    .slice(0, 2)
    .flatMap(({ code, system, texts }): Ask[] => {
      const sameCode = (elements: readonly unknown[]): boolean =>
        elements.flatMap(tokensOf).some((t) => t.code === code);
      const sameSystem = (elements: readonly unknown[]): boolean =>
        elements.flatMap(tokensOf).some((t) => t.system === system);
      const both = (elements: readonly unknown[]): boolean =>
        elements.flatMap(tokensOf).some((t) => t.code === code && t.system === system);
      const asks: Ask[] = [];
      if (code) {
        asks.push({ value: escaped(code), holds: sameCode });
        asks.push({ modifier: 'not', value: escaped(code), holds: (elements) => !sameCode(elements) });
        asks.push({ value: `no-such-code,${escaped(code)}`, holds: sameCode });
      }
      if (code && system !== undefined) {
        asks.push({ value: `${escaped(system)}|${escaped(code)}`, holds: both });
        asks.push({
          modifier: 'not',
          value: `${escaped(system)}|${escaped(code)}`,
          holds: (elements) => !both(elements),
        });
        asks.push({ value: `urn:other|${escaped(code)}`, holds: () => false });
      }
      if (system) {
        asks.push({ value: `${escaped(system)}|`, holds: sameSystem });
      }
      const [text] = texts;
      if (text) {
        const part = text.slice(0, 6).trimEnd();
        asks.push({
          modifier: 'text',
          value: escaped(part),
          holds: (elements) =>
            elements
              .flatMap(tokensOf)
              .some((t) => t.texts.some((one) => one.toLowerCase().includes(part.toLowerCase()))),
        });
      }
      return asks;
    });
}

function askStrings(element: unknown): Ask[] {
  return stringsOf(element)
    .filter((text) => text.trim() && text.length < 200)
    .slice(0, 2)
    .flatMap((text): Ask[] => {
      const some = (test: (other: string) => boolean) => (elements: readonly unknown[]) =>
        elements.flatMap(stringsOf).some(test);
      const start = folded(text).slice(0, 3);
      const middle = folded(text).slice(1, 5);
      const upper = text.toUpperCase();
      return [
        ...(/\s/.test(text)
          ? []
          : [{ value: escaped(text), holds: some((other) => folded(other).startsWith(folded(text))) }]),
        ...(/\s/.test(start)
          ? []
          : [{ value: escaped(start.toUpperCase()), holds: some((other) => folded(other).startsWith(folded(start))) }]),
        { modifier: 'exact', value: escaped(text), holds: some((other) => other === text) },
        { modifier: 'exact', value: escaped(upper), holds: some((other) => other === upper) },
        ...(middle.trim() === middle && middle
          ? [{ modifier: 'contains', value: escaped(middle), holds: some((other) => folded(other).includes(middle)) }]
          : []),
      ];
    });
}

const LITERAL = /^([A-Z]\w+)\/([A-Za-z0-9.-]{1,64})(?:\/_history\/.+)?$/;

function askReferences(element: unknown): Ask[] {
  return pointersOf(element)
    .slice(0, 1)
    .flatMap(({ url, identifier }): Ask[] => {
      const asks: Ask[] = [];
      const match = LITERAL.exec(url ?? '');
      const some = (test: (other: string) => boolean) => (elements: readonly unknown[]) =>
        elements.flatMap(pointersOf).some((pointer) => pointer.url !== undefined && test(pointer.url));
      if (match) {
        const [, type, id] = match as unknown as [string, string, string];
        const same = some((other) => other === `${type}/${id}` || other.startsWith(`${type}/${id}/_history/`));
        asks.push({ value: `${type}/${id}`, holds: same });
        asks.push({ value: id, holds: some((other) => LITERAL.exec(other)?.[2] === id) });
        asks.push({ modifier: type, value: id, holds: same });
      } else if (url && !url.startsWith('#')) {
        const [plain = ''] = url.split('|');
        asks.push({ value: escaped(plain), holds: some((other) => other === plain || other.startsWith(`${plain}|`)) });
        asks.push({ value: url.split('|').map(escaped).join('|'), holds: some((other) => other === url) });
      }
      if (identifier?.code) {
        const { code, system = '' } = identifier;
        asks.push({
          modifier: 'identifier',
          value: `${escaped(system)}|${escaped(code)}`,
          holds: (elements) =>
            elements
              .flatMap(pointersOf)
              .some((p) => p.identifier?.code === code && (p.identifier.system ?? '') === system),
        });
      }
      return asks;
    });
}

function askUris(element: unknown): Ask[] {
  if (typeof element !== 'string') {
    return [];
  }
  const some = (test: (other: string) => boolean) => (elements: readonly unknown[]) =>
    elements.some((other) => typeof other === 'string' && test(other));
  const above = element.slice(0, element.lastIndexOf('/'));
  return [
    { value: escaped(element), holds: some((other) => other === element) },
    { modifier: 'below', value: escaped(element), holds: some((other) => other.startsWith(element)) },
    ...(above.length > 8
      ? [{ modifier: 'below', value: escaped(above), holds: some((other) => other.startsWith(above)) }]
      : []),
    {
      modifier: 'above',
      value: escaped(`${element}/deeper`),
      holds: some(
        (other) => `${element}/deeper`.startsWith(other) && (`${element}/deeper`[other.length] ?? '/') === '/',
      ),
    },
  ];
}

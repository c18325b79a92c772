import type { Resource } from '@medplum/fhirtypes';
import { type Random, shuffled } from '../../../server/src/fuzzing/random.ts';
import { ASKERS } from './ask-values.ts';
import { evaluator, type Oracle, type Reader } from './oracle.ts';
import type { Question } from './question.ts';

/** Resources that were stored, by type; each has an id. */
export type Charts = ReadonlyMap<string, readonly Resource[]>;

/** How many elements of each parameter are asked for. */
const SAMPLES = 3;

/** Questions on every parameter of a type that its resources have values of. */
export function questionsOf(oracle: Oracle, random: Random, type: string, resources: readonly Resource[]): Question[] {
  return oracle.readers(type).flatMap((reader) => {
    const read = resources.map((resource) => ({
      id: resource.id as string,
      resource,
      elements: reader.values(resource),
    }));
    const filled = read.filter(({ elements }) => elements.length > 0);
    if (filled.length === 0 || reader.code.startsWith('_')) {
      return [];
    }
    const answer = (name: string, value: string, holds: Holds): Question => ({
      type,
      name,
      value,
      expected: new Set(read.filter(({ elements, resource }) => holds(elements, resource)).map(({ id }) => id)),
    });
    if (reader.type === 'composite') {
      const places = filled.flatMap(({ elements, resource }) => elements.map((element) => ({ element, resource })));
      return compositeQuestions(oracle, random, reader, places).map(({ value, holds }) =>
        answer(reader.code, value, holds),
      );
    }
    const ask = ASKERS[reader.type];
    if (!ask) {
      return [];
    }
    const samples = shuffled(
      random,
      filled.flatMap(({ elements }) => elements),
    ).slice(0, SAMPLES);
    return [
      answer(`${reader.code}:missing`, 'true', (elements) => elements.length === 0),
      answer(`${reader.code}:missing`, 'false', (elements) => elements.length > 0),
      ...samples
        .flatMap(ask)
        .map(({ modifier, value, holds }) =>
          answer(modifier ? `${reader.code}:${modifier}` : reader.code, value, holds),
        ),
    ];
  });
}

type Holds = (elements: readonly unknown[], resource: Resource) => boolean;

interface CompositeAsk {
  readonly value: string;
  readonly holds: Holds;
}

/** Pairs of values that stand in one element. */
function compositeQuestions(
  oracle: Oracle,
  random: Random,
  reader: Reader,
  places: readonly { readonly element: unknown; readonly resource: Resource }[],
): CompositeAsk[] {
  const parts = reader.components.map(({ definition, expression }) => ({
    kind: oracle.byUrl(definition)?.type ?? '',
    evaluate: evaluator(expression),
  }));
  return shuffled(random, places)
    .slice(0, SAMPLES * 2)
    .flatMap(({ element, resource }) => {
      const asks = parts.map(({ kind, evaluate }) =>
        evaluate(element, resource)
          .flatMap((value) => ASKERS[kind]?.(value) ?? [])
          .filter((ask) => !ask.modifier && !ask.value.includes(',')),
      );
      return [0, 1, 2].flatMap(() => {
        const chosen = asks.map((list) => (list.length > 0 ? random.pick(list) : undefined));
        if (chosen.some((ask) => ask === undefined)) {
          return [];
        }
        const holds: Holds = (others, whole) =>
          others.some((other) => chosen.every((ask, at) => ask?.holds(parts[at]?.evaluate(other, whole) ?? [])));
        return [{ value: chosen.map((ask) => ask?.value).join('$'), holds }];
      });
    });
}

/** Chains and reverse chains over references that lead to stored resources. */
export function linkQuestions(oracle: Oracle, random: Random, charts: Charts, type: string): Question[] {
  const resources = charts.get(type) ?? [];
  return oracle
    .readers(type)
    .filter((reader) => reader.type === 'reference')
    .flatMap((reader) => {
      const links = resources.flatMap((resource) =>
        linksOf(reader, resource).map((to) => ({ from: resource.id as string, to })),
      );
      const [target] = shuffled(random, links)
        .map(({ to }) => to)
        .filter((to) => findIn(charts, to));
      if (!target) {
        return [];
      }
      const [targetType = ''] = target.split('/');
      const inner = questionsOf(oracle, random, targetType, charts.get(targetType) ?? []).filter(
        ({ name }) => !name.includes(':'),
      );
      const outer = questionsOf(oracle, random, type, resources).filter(({ name }) => !name.includes(':'));
      return [
        ...shuffled(random, inner)
          .slice(0, 3)
          .map(
            (question): Question => ({
              type,
              name: `${reader.code}:${targetType}.${question.name}`,
              value: question.value,
              expected: new Set(
                links
                  .filter(
                    ({ to }) =>
                      to.startsWith(`${targetType}/`) && question.expected.has(to.slice(targetType.length + 1)),
                  )
                  .map(({ from }) => from),
              ),
            }),
          ),
        ...shuffled(random, outer)
          .slice(0, 3)
          .map(
            (question): Question => ({
              type: targetType,
              name: `_has:${type}:${reader.code}:${question.name}`,
              value: question.value,
              expected: new Set(
                links
                  .filter(
                    ({ from, to }) =>
                      to.startsWith(`${targetType}/`) && question.expected.has(from) && findIn(charts, to),
                  )
                  .map(({ to }) => to.slice(targetType.length + 1)),
              ),
            }),
          ),
      ];
    });
}

function findIn(charts: Charts, reference: string): boolean {
  const [type = '', id] = reference.split('/');
  return charts.get(type)?.some((resource) => resource.id === id) ?? false;
}

function linksOf(reader: Reader, resource: Resource): string[] {
  return reader.values(resource).flatMap((value) => {
    const url = typeof value === 'string' ? value : (value as { reference?: string }).reference;
    return url && /^[A-Z]\w+\/[A-Za-z0-9.-]+$/.test(url) ? [url] : [];
  });
}

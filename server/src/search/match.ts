import type { Resource } from '@medplum/fhirtypes';
import {
  type IndexedParameter,
  type Indexer,
  type IndexRow,
  type IndexRows,
  parameterKey,
  type RowSource,
} from '../indexing/index.ts';
import type { CompositeCriterion, Criterion, RowsCriterion, RowTest, SearchQuery } from './query.ts';
import { parameterTable } from './row-sql.ts';
import { dateMatches, tableOf, testRow } from './row-test.ts';

/** A resource as it is matched in memory. */
interface Subject {
  readonly resource: Resource;
  readonly rows: IndexRows;
}

/**
 * Does the resource fulfil the search, judged by itself alone? Criteria that need other resources (chains, `_has`,
 * `_list`, accounts of the patient) or the stored text are never fulfilled: `canMatch` tells beforehand.
 */
export function matchesQuery(indexer: Indexer, query: SearchQuery, resource: Resource): boolean {
  const criteria = query.criteria.get(resource.resourceType);
  const subject = { resource, rows: indexer.extract(resource) };
  return criteria?.every((criterion) => matches(criterion, subject)) ?? false;
}

/** Can every criterion of the search be judged from the resource alone? */
export function canMatch(query: SearchQuery): boolean {
  return [...query.criteria.values()].every((criteria) => criteria.every(isLocal));
}

function isLocal(criterion: Criterion): boolean {
  switch (criterion.kind) {
    case 'chain':
    case 'has':
    case 'hierarchy':
    case 'list':
    case 'text':
    case 'identifierType':
    case 'codes':
    case 'near':
      return false;
    case 'compartment':
      return criterion.type === 'Patient' || criterion.resourceType === 'Patient';
    case 'not':
    case 'policy':
      return isLocal(criterion.criterion);
    case 'and':
    case 'or':
      return criterion.criteria.every(isLocal);
    default:
      return true;
  }
}

function matches(criterion: Criterion, subject: Subject): boolean {
  switch (criterion.kind) {
    case 'rows':
      return rowsOf(criterion, subject).length > 0;
    case 'composite':
      return compositeMatches(criterion, subject);
    case 'missing':
      return isPresent(criterion.parameter, subject) !== criterion.missing;
    case 'id':
      return criterion.ids.includes(subject.resource.id ?? '');
    case 'lastUpdated': {
      const at = Date.parse(subject.resource.meta?.lastUpdated ?? '');
      return criterion.tests.every((any) => any.some((test) => dateMatches(test, at, at + 1)));
    }
    case 'not':
      return !matches(criterion.criterion, subject);
    case 'policy':
      return matches(criterion.criterion, subject);
    case 'and':
      return criterion.criteria.every((part) => matches(part, subject));
    case 'or':
      return criterion.criteria.some((part) => matches(part, subject));
    case 'compartment': {
      const key = parameterKey(`${criterion.resourceType}._compartment`);
      const rows = subject.rows.index_reference ?? [];
      return rows.some((row) => row[0] === key && row[1] === criterion.id && row[2] === criterion.type);
    }
    case 'pointsTo': {
      const { parameters, test } = criterion;
      return parameters.some(
        (parameter) =>
          rowsOf({ kind: 'rows', parameter, sources: parameter.sources, tests: [test] }, subject).length > 0,
      );
    }
    default:
      return criterion.kind === 'always';
  }
}

function rowsOf(criterion: RowsCriterion, { rows }: Subject): IndexRow[] {
  const table = tableOf(criterion.tests[0] as RowTest);
  return (rows[table] ?? []).filter(
    (row) =>
      ofSources(criterion.sources, row, table) &&
      criterion.tests.some((test) => testRow(test, row) && hasCodeSystem(test, row, rows)),
  );
}

function ofSources(sources: readonly RowSource[], row: IndexRow, table: string): boolean {
  return sources.some(
    (source) =>
      row[0] === source.key &&
      (source.targetType === undefined || (table === 'index_reference' && row[2] === source.targetType)) &&
      (source.system === undefined || (table === 'index_token' && row[2] === source.system)),
  );
}

/** The code beside a quantity must have the system that was asked for. */
function hasCodeSystem(test: RowTest, row: IndexRow, rows: IndexRows): boolean {
  if (test.kind !== 'quantity' || !test.codeSystem) {
    return true;
  }
  const { system, keys } = test.codeSystem;
  const tokens = rows.index_token ?? [];
  return tokens.some((t) => keys.includes(t[0] as number) && t[1] === row[9] && t[2] === system && t[3] === row[10]);
}

function compositeMatches({ contexts }: CompositeCriterion, subject: Subject): boolean {
  return contexts.some(({ iterated, components }) => {
    const found = components.map((component) => ordsOf(component, subject));
    if (found.some((ords) => ords.length === 0)) {
      return false;
    }
    const placed = found.filter((ords) => !ords.includes(undefined));
    return (
      !iterated || placed.length < 2 || (placed[0] ?? []).some((ord) => placed.every((ords) => ords.includes(ord)))
    );
  });
}

/** Positions of the rows that pass; undefined in tables that keep none. */
function ordsOf(component: RowsCriterion, subject: Subject): (number | undefined)[] {
  const table = tableOf(component.tests[0] as RowTest);
  const place = table === 'index_token' ? 3 : table === 'index_quantity' ? 10 : undefined;
  return rowsOf(component, subject).map((row) => (place === undefined ? undefined : (row[place] as number)));
}

function isPresent(parameter: IndexedParameter, subject: Subject): boolean {
  if (parameter.kind === 'composite') {
    return parameter.contexts.some(({ components }) => components.every((c) => isPresent(c.parameter, subject)));
  }
  const table = parameterTable(parameter);
  const identifierKey = parameterKey(`${parameter.resourceType}.${parameter.code}:identifier`);
  return (
    (subject.rows[table] ?? []).some((row) => ofSources(parameter.sources, row, table)) ||
    (parameter.kind === 'reference' && (subject.rows.index_token ?? []).some((row) => row[0] === identifierKey))
  );
}

import { type SqlFragment, sql } from '../database/index.ts';
import type { Criterion } from './query.ts';
import { and, or } from './row-test.ts';
import type { SqlContext } from './sql-context.ts';

type TextCriterion = Extract<Criterion, { kind: 'text' | 'identifierType' }>;

/**
 * Conditions that look into the stored JSON, for what is searched too rarely to be worth index rows: the text of
 * codes, narrative, whole content, and the type of an identifier.
 */
export function textSql(context: SqlContext, type: string, criterion: TextCriterion, rid: SqlFragment): SqlFragment {
  const condition =
    criterion.kind === 'identifierType' ? identifierType(criterion) : wordsSql(context, type, criterion);
  return sql`EXISTS (SELECT FROM resource x WHERE x.rid = ${rid} AND ${condition} OFFSET 0)`;
}

function identifierType(criterion: Extract<Criterion, { kind: 'identifierType' }>): SqlFragment {
  const { parameter, system, code, value } = criterion;
  const variables = JSON.stringify({ system, code, value });
  return or(
    parameter.jsonPaths.map((path) => {
      const type = '@.type.coding[*] ? (@.system == $system && @.code == $code)';
      const wanted = `$.${quoted(path)}[*] ? (@.value == $value && exists(${type}))`;
      return sql`jsonb_path_exists(x.content::jsonb, ${wanted}::jsonpath, ${variables}::jsonb)`;
    }),
  );
}

function wordsSql(context: SqlContext, type: string, criterion: Extract<Criterion, { kind: 'text' }>): SqlFragment {
  const { place, words, parameter } = criterion;
  if (parameter && context.hides(parameter)) {
    return sql`false`;
  }
  const hidden = hiddenElements(context.hiddenFields(type));
  switch (place) {
    case 'narrative':
      return hidden.includes('text')
        ? sql`false`
        : sql`to_tsvector('simple', regexp_replace(x.content::jsonb #>> '{text,div}', '<[^>]*>', ' ', 'g'))
        @@ websearch_to_tsquery('simple', ${words})`;
    case 'content':
      return sql`length(x.content) < ${MAX_CONTENT}
        AND jsonb_to_tsvector('simple', ${shownSql(hidden)}, '["string", "numeric"]')
          @@ websearch_to_tsquery('simple', ${words})`;
    default: {
      const regex = JSON.stringify(words);
      const paths = (parameter?.jsonPaths ?? []).flatMap((path) =>
        ['.coding[*].display', '.display', '.text', '.type.text'].map(
          (leaf) => `$.${quoted(path)}${leaf} ? (@ like_regex ${regex} flag "iq")`,
        ),
      );
      return and([
        sql`x.content ILIKE ${`%${JSON.stringify(words)
          .slice(1, -1)
          .replace(/[\\%_]/g, '\\$&')}%`}`,
        or(paths.map((path) => sql`jsonb_path_exists(x.content::jsonb, ${path}::jsonpath)`)),
      ]);
    }
  }
}

/** Longer texts are not searched by their words: PostgreSQL's list of words has a limit. */
const MAX_CONTENT = 1_000_000;

/** The first names of hidden paths: an element that hides something is as a whole not searched by its words. */
function hiddenElements(fields: readonly string[]): string[] {
  return fields.map((field) => field.split('.')[0] as string);
}

/** What the caller may see of a resource. */
function shownSql(hidden: readonly string[]): SqlFragment {
  if (hidden.length === 0) {
    return sql`x.content::jsonb`;
  }
  const plain = hidden.filter((name) => !name.endsWith('[x]')).flatMap((name) => [name, `_${name}`]);
  const choices = hidden.filter((name) => name.endsWith('[x]')).map((name) => `${name.slice(0, -3)}%`);
  return sql`(SELECT coalesce(jsonb_object_agg(e.key, e.value), '{}') FROM jsonb_each(x.content::jsonb) e
    WHERE e.key <> ALL(${plain}::text[]) AND NOT (ltrim(e.key, '_') LIKE ANY(${choices}::text[])))`;
}

function quoted(path: string): string {
  return path
    .split('.')
    .map((name) => JSON.stringify(name))
    .join('.');
}

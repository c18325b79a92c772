import { type SqlFragment, sql } from '../database/index.ts';
import type { Criterion } from './query.ts';
import { and, or } from './row-test.ts';
import type { SqlContext } from './sql-context.ts';

type TextCriterion = Extract<Criterion, { kind: 'text' | 'identifierType' }>;

/**
 * Conditions that look into the stored JSON, for what is searched too rarely to be worth index rows: the text of
 * codes, narrative, whole content, and the type of an identifier.
 */
export function textSql(context: SqlContext, criterion: TextCriterion, rid: SqlFragment): SqlFragment {
  const condition = criterion.kind === 'identifierType' ? identifierType(criterion) : wordsSql(context, criterion);
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

function wordsSql(context: SqlContext, criterion: Extract<Criterion, { kind: 'text' }>): SqlFragment {
  const { place, words, parameter } = criterion;
  if (parameter && context.hides(parameter)) {
    return sql`false`;
  }
  switch (place) {
    case 'narrative':
      return sql`to_tsvector('simple', regexp_replace(x.content::jsonb #>> '{text,div}', '<[^>]*>', ' ', 'g'))
        @@ websearch_to_tsquery('simple', ${words})`;
    case 'content':
      return sql`to_tsvector('simple', x.content) @@ websearch_to_tsquery('simple', ${words})`;
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

function quoted(path: string): string {
  return path
    .split('.')
    .map((name) => JSON.stringify(name))
    .join('.');
}

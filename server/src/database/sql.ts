/** SQL text with its values apart: values are never concatenated into text. */
export interface Sql {
  readonly text: string;
  readonly values: readonly unknown[];
  /** Name of the prepared statement; set only for texts that are constant. */
  readonly name?: string;
}

/** A piece of SQL with values still to be numbered; pieces nest in `sql` templates. */
export class SqlFragment {
  readonly strings: readonly string[];
  readonly parts: readonly unknown[];

  constructor(strings: readonly string[], parts: readonly unknown[]) {
    this.strings = strings;
    this.parts = parts;
  }

  /** Numbers the values and gives the text that PostgreSQL takes. */
  toSql(name?: string): Sql {
    const values: unknown[] = [];
    const text = render(this, values);
    return name ? { text, values, name } : { text, values };
  }
}

function render(fragment: SqlFragment, values: unknown[]): string {
  let text = fragment.strings[0] as string;
  for (let i = 0; i < fragment.parts.length; i++) {
    const part = fragment.parts[i];
    if (part instanceof SqlFragment) {
      text += render(part, values);
    } else {
      values.push(part);
      text += `$${values.length}`;
    }
    text += fragment.strings[i + 1];
  }
  return text;
}

/** Tagged template: `sql\`SELECT … WHERE id = ${id}\``; a value becomes a parameter, a fragment is inlined. */
export function sql(strings: TemplateStringsArray, ...parts: readonly unknown[]): SqlFragment {
  return new SqlFragment(strings, parts);
}

/** Text that is trusted because it is a constant of the program: table and column names. Never user input. */
export function raw(text: string): SqlFragment {
  return new SqlFragment([text], []);
}

/** Joins fragments with a constant separator; an empty list gives empty text. */
export function join(fragments: readonly SqlFragment[], separator: string): SqlFragment {
  if (fragments.length === 0) {
    return raw('');
  }
  return new SqlFragment(['', ...fragments.slice(1).map(() => separator), ''], fragments);
}

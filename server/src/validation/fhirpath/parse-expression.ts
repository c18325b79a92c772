/** A FHIRPath expression as a tree. @see http://hl7.org/fhirpath/N1/ */
export type Expression =
  | { readonly kind: 'literal'; readonly value: string | number | boolean }
  | { readonly kind: 'empty' }
  | { readonly kind: 'this' }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'member'; readonly of?: Expression; readonly name: string }
  | { readonly kind: 'call'; readonly of?: Expression; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: 'index'; readonly of: Expression; readonly index: Expression }
  | { readonly kind: 'binary'; readonly op: string; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'type'; readonly op: 'is' | 'as'; readonly of: Expression; readonly type: string }
  | { readonly kind: 'negate'; readonly of: Expression };

const TOKEN =
  /\s*(?:(\d+(?:\.\d+)?)|'((?:[^'\\]|\\.)*)'|`([^`]*)`|([A-Za-z_][A-Za-z0-9_]*)|([$%][A-Za-z][A-Za-z0-9-]*)|(<=|>=|!=|!~|[-+*/&|=~<>.,()[\]{}]))/y;

interface Token {
  readonly kind: 'number' | 'string' | 'name' | 'special' | 'symbol' | 'quoted';
  readonly text: string;
}

/** Binding power of each infix operator; larger binds tighter. */
const POWER: Readonly<Record<string, number>> = {
  implies: 1,
  or: 2,
  xor: 2,
  and: 3,
  in: 4,
  contains: 4,
  '=': 5,
  '!=': 5,
  '~': 5,
  '!~': 5,
  '<': 6,
  '>': 6,
  '<=': 6,
  '>=': 6,
  '|': 7,
  is: 8,
  as: 8,
  '+': 9,
  '-': 9,
  '&': 9,
  '*': 10,
  '/': 10,
  div: 10,
  mod: 10,
};

/** Parses an expression; throws a SyntaxError that names the place. */
export function parseExpression(source: string): Expression {
  const parser = new Parser(tokenize(source));
  const expression = parser.infix(0);
  parser.end();
  return expression;
}

function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  const end = source.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(source);
    if (!match) {
      throw new SyntaxError(`FHIRPath: unexpected character at ${at}`);
    }
    const [, number, string, quoted, name, special, symbol] = match;
    if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (string !== undefined) tokens.push({ kind: 'string', text: unescapeText(string) });
    else if (quoted !== undefined) tokens.push({ kind: 'quoted', text: quoted });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else if (special !== undefined) tokens.push({ kind: 'special', text: special });
    else tokens.push({ kind: 'symbol', text: symbol as string });
  }
  return tokens;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f' };

function unescapeText(text: string): string {
  return text.replace(/\\(u[0-9a-fA-F]{4}|.)/g, (_, escaped: string) =>
    escaped.length === 5 ? String.fromCharCode(Number.parseInt(escaped.slice(1), 16)) : (ESCAPES[escaped] ?? escaped),
  );
}

/** A Pratt parser over the tokens; one instance per expression. */
class Parser {
  private at = 0;
  private readonly tokens: readonly Token[];

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  end(): void {
    if (this.at < this.tokens.length) {
      throw new SyntaxError(`FHIRPath: unexpected '${this.tokens[this.at]?.text}'`);
    }
  }

  infix(power: number): Expression {
    let left = this.postfix(this.prefix());
    for (;;) {
      const token = this.tokens[this.at];
      const next = token && (token.kind === 'symbol' || token.kind === 'name') ? POWER[token.text] : undefined;
      if (!token || next === undefined || next <= power) {
        return left;
      }
      this.at++;
      if (token.text === 'is' || token.text === 'as') {
        left = { kind: 'type', op: token.text, of: left, type: this.typeName() };
      } else {
        left = { kind: 'binary', op: token.text, left, right: this.infix(next) };
      }
    }
  }

  private prefix(): Expression {
    const token = this.next();
    switch (token.kind) {
      case 'number':
        return { kind: 'literal', value: Number(token.text) };
      case 'string':
        return { kind: 'literal', value: token.text };
      case 'special':
        return token.text === '$this' ? { kind: 'this' } : { kind: 'variable', name: token.text.slice(1) };
      case 'quoted':
        return { kind: 'member', name: token.text };
      case 'name':
        if (token.text === 'true' || token.text === 'false') {
          return { kind: 'literal', value: token.text === 'true' };
        }
        return this.named(undefined, token.text);
      default:
        return this.symbol(token.text);
    }
  }

  private symbol(text: string): Expression {
    if (text === '(') {
      const inner = this.infix(0);
      this.expect(')');
      return inner;
    }
    if (text === '{') {
      this.expect('}');
      return { kind: 'empty' };
    }
    if (text === '-') {
      return { kind: 'negate', of: this.postfix(this.prefix()) };
    }
    throw new SyntaxError(`FHIRPath: unexpected '${text}'`);
  }

  private postfix(start: Expression): Expression {
    let left = start;
    for (;;) {
      if (this.take('.')) {
        left = this.named(left, this.next().text);
      } else if (this.take('[')) {
        left = { kind: 'index', of: left, index: this.infix(0) };
        this.expect(']');
      } else {
        return left;
      }
    }
  }

  private named(of: Expression | undefined, name: string): Expression {
    if (!this.take('(')) {
      return { kind: 'member', name, ...(of && { of }) };
    }
    const args: Expression[] = [];
    if (!this.take(')')) {
      do {
        args.push(this.infix(0));
      } while (this.take(','));
      this.expect(')');
    }
    return { kind: 'call', name, args, ...(of && { of }) };
  }

  private typeName(): string {
    let name = this.next().text;
    while (this.take('.')) {
      name = this.next().text;
    }
    return name;
  }

  private next(): Token {
    const token = this.tokens[this.at++];
    if (!token) {
      throw new SyntaxError('FHIRPath: unexpected end');
    }
    return token;
  }

  private take(symbol: string): boolean {
    const token = this.tokens[this.at];
    const found = token?.kind === 'symbol' && token.text === symbol;
    this.at += found ? 1 : 0;
    return found;
  }

  private expect(symbol: string): void {
    if (!this.take(symbol)) {
      throw new SyntaxError(`FHIRPath: expected '${symbol}'`);
    }
  }
}

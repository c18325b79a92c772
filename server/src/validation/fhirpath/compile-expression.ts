import type { Definitions, PropertyInfo } from '../../definitions/index.ts';
import { type Argument, FUNCTIONS } from './functions.ts';
import { type Evaluate, OPERATORS, type Surroundings } from './operators.ts';
import { type Expression, parseExpression } from './parse-expression.ts';
import { bool, type Collection, EMPTY } from './values.ts';

/** A compiled expression. */
export type CompiledExpression = (focus: unknown, around: Surroundings) => Collection;

/** Thrown at compile time for what the compiler does not know; the caller takes the general evaluator instead. */
export class UnsupportedExpression extends Error {}

/** A compiled part with the type its values have, where that is known. */
interface Part {
  readonly run: Evaluate;
  readonly type?: string;
}

const CONSTANTS: Readonly<Record<string, string>> = {
  ucum: 'http://unitsofmeasure.org',
  sct: 'http://snomed.info/sct',
  loinc: 'http://loinc.org',
};

/**
 * Compiles a FHIRPath expression for elements of a type into closures over raw JSON.
 * Throws UnsupportedExpression or SyntaxError when it cannot.
 */
export function compileExpression(source: string, type: string, definitions: Definitions): CompiledExpression {
  const compiler = new Compiler(definitions, type);
  const { run } = compiler.compile(parseExpression(source), type);
  return (focus, around) => run([focus], around);
}

class Compiler {
  private readonly definitions: Definitions;
  private readonly root: string;

  constructor(definitions: Definitions, root: string) {
    this.definitions = definitions;
    this.root = root;
  }

  compile(node: Expression, type: string | undefined): Part {
    switch (node.kind) {
      case 'literal': {
        const value = [node.value];
        return { run: () => value };
      }
      case 'empty':
        return { run: () => EMPTY };
      case 'this':
        return { run: (focus) => focus, type };
      case 'variable':
        return this.variable(node.name);
      case 'member':
        return this.member(node, type);
      case 'call':
        return this.call(node, type);
      case 'index':
        return this.index(node, type);
      case 'type':
        return this.typeTest(this.compile(node.of, type), node.op, node.type);
      case 'negate': {
        const { run } = this.compile(node.of, type);
        return { run: (focus, around) => run(focus, around).map((item) => -Number(item)) };
      }
      case 'binary':
        return this.binary(node.op, this.compile(node.left, type).run, this.compile(node.right, type).run);
    }
  }

  private variable(name: string): Part {
    if (name === 'resource' || name === 'rootResource' || name === 'context') {
      const type = name === 'context' || !this.definitions.isResourceType(this.root) ? undefined : this.root;
      return { run: (_, around) => [around[name]], type: name === 'context' ? this.root : type };
    }
    const constant = CONSTANTS[name];
    if (!constant) {
      throw new UnsupportedExpression(`%${name}`);
    }
    const value = [constant];
    return { run: () => value };
  }

  private member(node: Extract<Expression, { kind: 'member' }>, type: string | undefined): Part {
    if (
      !node.of &&
      (node.name === type || (node.name === 'Resource' && type && this.definitions.isResourceType(type)))
    ) {
      return { run: (focus) => focus, type };
    }
    const of = node.of ? this.compile(node.of, type) : { run: (focus: Collection) => focus, type };
    const properties = of.type ? this.definitions.type(of.type)?.elements.get(node.name) : undefined;
    if (!properties) {
      return { run: anyMember(of.run, node.name) };
    }
    const [first] = properties as [PropertyInfo, ...PropertyInfo[]];
    const resource = first.type === 'Resource';
    return {
      run: properties.length === 1 ? oneMember(of.run, first) : choiceMember(of.run, properties),
      type: properties.length === 1 && !resource ? first.type : undefined,
    };
  }

  private index(node: Extract<Expression, { kind: 'index' }>, type: string | undefined): Part {
    const of = this.compile(node.of, type);
    const at = this.compile(node.index, type).run;
    return {
      run: (focus, around) => {
        const item = of.run(focus, around)[Number(at(focus, around)[0])];
        return item === undefined ? EMPTY : [item];
      },
      type: of.type,
    };
  }

  private call(node: Extract<Expression, { kind: 'call' }>, type: string | undefined): Part {
    const of = node.of ? this.compile(node.of, type) : { run: (focus: Collection) => focus, type };
    if (node.name === 'is' || node.name === 'as' || node.name === 'ofType') {
      const [argument] = node.args;
      if (argument?.kind !== 'member') {
        throw new UnsupportedExpression(node.name);
      }
      return this.typeTest(of, node.name === 'is' ? 'is' : 'as', argument.name);
    }
    const apply = Object.hasOwn(FUNCTIONS, node.name) ? FUNCTIONS[node.name] : undefined;
    if (!apply) {
      throw new UnsupportedExpression(`${node.name}()`);
    }
    const args = node.args.map((arg) => this.compile(arg, SCOPED.has(node.name) ? of.type : type).run);
    const keepsType = SAME_TYPE.has(node.name) ? of.type : undefined;
    if (args.length === 0) {
      return { run: (focus, around) => apply(of.run(focus, around), [], focus), type: keepsType };
    }
    return {
      run: (focus, around) => {
        const bound: Argument[] = args.map((arg) => (inner) => arg(inner, around));
        return apply(of.run(focus, around), bound, focus);
      },
      type: keepsType,
    };
  }

  private typeTest(of: Part, op: 'is' | 'as', name: string): Part {
    const test = this.instanceTest(of.type, name);
    if (op === 'as') {
      return { run: (focus, around) => of.run(focus, around).filter(test), type: this.definitions.type(name)?.name };
    }
    return {
      run: (focus, around) => {
        const items = of.run(focus, around);
        return items.length === 1 ? bool(test(items[0])) : EMPTY;
      },
    };
  }

  private instanceTest(known: string | undefined, name: string): (item: unknown) => boolean {
    if (this.definitions.isResourceType(name)) {
      return (item) =>
        typeof item === 'object' && item !== null && 'resourceType' in item && item.resourceType === name;
    }
    if (known) {
      return () => known === name;
    }
    const kind = PRIMITIVE_KINDS[name.toLowerCase()];
    if (!kind) {
      throw new UnsupportedExpression(`type ${name}`);
    }
    return (item) => typeof item === kind;
  }

  private binary(op: string, left: Evaluate, right: Evaluate): Part {
    const make = OPERATORS[op];
    if (!make) {
      throw new UnsupportedExpression(op);
    }
    return { run: make(left, right) };
  }
}

/** Functions whose argument is evaluated on each item of the input. */
const SCOPED = new Set(['where', 'select', 'all', 'exists', 'iif']);
/** Functions whose output has the type of their input. */
const SAME_TYPE = new Set([
  'where',
  'first',
  'last',
  'tail',
  'skip',
  'take',
  'single',
  'distinct',
  'trace',
  'intersect',
]);
/** JavaScript type of the primitives that a choice is asked for. */
const PRIMITIVE_KINDS: Readonly<Record<string, string>> = {
  boolean: 'boolean',
  decimal: 'number',
  integer: 'number',
  string: 'string',
  uri: 'string',
  url: 'string',
  canonical: 'string',
};

function push(into: unknown[], value: unknown): void {
  if (Array.isArray(value)) {
    for (const item of value) {
      into.push(item);
    }
  } else if (value !== undefined && value !== null) {
    into.push(value);
  }
}

function oneMember(of: Evaluate, property: PropertyInfo): Evaluate {
  const { name, primitive } = property;
  return (focus, around) => {
    let found: unknown[] | undefined;
    for (const item of of(focus, around)) {
      const record = item as Record<string, unknown>;
      const value =
        typeof item === 'object' ? (record[name] ?? (primitive ? record[`_${name}`] : undefined)) : undefined;
      if (value !== undefined) {
        found ??= [];
        push(found, value);
      }
    }
    return found ?? EMPTY;
  };
}

function choiceMember(of: Evaluate, properties: readonly PropertyInfo[]): Evaluate {
  const names = properties.flatMap((p) => (p.primitive ? [p.name, `_${p.name}`] : [p.name]));
  return (focus, around) => {
    const found: unknown[] = [];
    for (const item of of(focus, around)) {
      if (typeof item === 'object' && item !== null) {
        const name = names.find((candidate) => (item as Record<string, unknown>)[candidate] !== undefined);
        push(found, name && (item as Record<string, unknown>)[name]);
      }
    }
    return found;
  };
}

/** Member of an element whose type is not known: the property itself, or a choice by that name. */
function anyMember(of: Evaluate, name: string): Evaluate {
  const choice = new RegExp(`^${name.replace(/[^A-Za-z0-9_]/g, '')}[A-Z]`);
  return (focus, around) => {
    const found: unknown[] = [];
    for (const item of of(focus, around)) {
      if (typeof item !== 'object' || item === null) {
        continue;
      }
      const record = item as Record<string, unknown>;
      if (Object.hasOwn(record, name)) {
        push(found, record[name]);
      } else if (name === 'value') {
        const key = Object.keys(record).find((candidate) => choice.test(candidate));
        push(found, key && record[key]);
      }
    }
    return found;
  };
}

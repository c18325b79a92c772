import type { Emitter } from './emitters.ts';
import type { RowSink } from './row-sink.ts';
import type { Hop } from './typed-path.ts';

type Json = Record<string, unknown>;

/** Runs one parameter from the value of the first property on. */
export type Program = (value: unknown, sink: RowSink, resource: Json) => void;

type Next = (value: unknown, sink: RowSink, ord: number, context: Json) => void;

/**
 * Makes one closure of a typed path: the first hop is the property the caller has looked up already.
 * `contexts` are the paths of the elements composite parameters repeat over.
 */
export function compilePath(hops: readonly Hop[], contexts: ReadonlySet<string>, emit: Emitter): Program {
  let next: Next = emit;
  const counters: Counter[] = [];
  for (let i = hops.length - 1; i >= 0; i--) {
    next = overValues(hops[i] as Hop, contexts.has((hops[i] as Hop).path), next, counters);
    if (i > 0) {
      next = property((hops[i] as Hop).name, next);
    }
  }
  if (counters.length === 0) {
    return (value, sink, resource) => next(value, sink, 0, resource);
  }
  return (value, sink, resource) => {
    for (const counter of counters) {
      counter.passed = 0;
    }
    next(value, sink, 0, resource);
  };
}

/** How many elements came by in the resource at hand, where only one of them is wanted. */
interface Counter {
  passed: number;
}

function property(name: string, next: Next): Next {
  return (value, sink, ord, context) => {
    if (typeof value === 'object' && value !== null) {
      const inner = (value as Json)[name];
      if (inner !== undefined && inner !== null) {
        next(inner, sink, ord, context);
      }
    }
  };
}

function overValues(hop: Hop, isContext: boolean, next: Next, counters: Counter[]): Next {
  const guarded = guard(hop, hop.index === undefined ? next : onlyOne(hop.index, next, counters));
  const single: Next = isContext ? (value, sink, ord) => guarded(value, sink, ord, value as Json) : guarded;
  return (value, sink, ord, context) => {
    if (!Array.isArray(value)) {
      single(value, sink, ord, context);
    } else {
      for (let i = 0; i < value.length; i++) {
        if (value[i] !== null) {
          single(value[i], sink, isContext ? i : ord, context);
        }
      }
    }
  };
}

/** Lets the element in one place through, counted over all that come by. */
function onlyOne(place: number, next: Next, counters: Counter[]): Next {
  const counter: Counter = { passed: 0 };
  counters.push(counter);
  return (value, sink, ord, context) => {
    if (counter.passed++ === place) {
      next(value, sink, ord, context);
    }
  };
}

function guard(hop: Hop, next: Next): Next {
  const { where, resourceType } = hop;
  if (!where && !resourceType) {
    return next;
  }
  return (value, sink, ord, context) => {
    const element = value as Json;
    const matches = (!where || where(value)) && (!resourceType || element?.resourceType === resourceType);
    if (matches) {
      next(value, sink, ord, context);
    }
  };
}

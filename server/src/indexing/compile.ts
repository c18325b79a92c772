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
  for (let i = hops.length - 1; i >= 0; i--) {
    next = overValues(hops[i] as Hop, contexts.has((hops[i] as Hop).path), next);
    if (i > 0) {
      next = property((hops[i] as Hop).name, next);
    }
  }
  return (value, sink, resource) => next(value, sink, 0, resource);
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

function overValues(hop: Hop, isContext: boolean, next: Next): Next {
  const guarded = guard(hop, next);
  const single: Next = isContext ? (value, sink, ord) => guarded(value, sink, ord, value as Json) : guarded;
  const { index } = hop;
  return (value, sink, ord, context) => {
    if (!Array.isArray(value)) {
      single(value, sink, ord, context);
    } else if (index !== undefined) {
      if (index < value.length) {
        single(value[index], sink, ord, context);
      }
    } else {
      for (let i = 0; i < value.length; i++) {
        if (value[i] !== null) {
          single(value[i], sink, isContext ? i : ord, context);
        }
      }
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
    const matches =
      (!where || element?.[where.property] === where.value) &&
      (!resourceType || element?.resourceType === resourceType);
    if (matches) {
      next(value, sink, ord, context);
    }
  };
}

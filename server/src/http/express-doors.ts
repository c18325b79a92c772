import type { Router } from 'express';

/** A door that Express keeps: its path with parameters such as `/auth/login/:id`. */
export interface KeptDoor {
  readonly method: string;
  readonly path: string;
}

type Layer = Router['stack'][number];

/** A router mounted within another is a function that bears a stack of its own. */
function isRouter(handle: Layer['handle']): handle is Layer['handle'] & Router {
  return 'stack' in handle && Array.isArray(handle.stack);
}

/** Express keeps the methods of a route in the handlers that lie on its stack. */
function doorsOf({ route, handle }: Layer): KeptDoor[] {
  if (!route) {
    return isRouter(handle) ? servedDoors(handle) : [];
  }
  const paths: readonly string[] = [route.path].flat();
  const methods = [...new Set(route.stack.map(({ method }) => method.toUpperCase()))];
  return paths.flatMap((path) => methods.map((method) => ({ method, path })));
}

/**
 * Every door of an Express router and of the routers within it, which must be mounted at its root: what is really served,
 * read from Express itself.
 */
export function servedDoors(router: Router): KeptDoor[] {
  return router.stack.flatMap(doorsOf);
}

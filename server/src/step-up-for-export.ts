import { requireStepUpOf } from './auth/index.ts';
import type { Operation } from './repository/index.ts';

/**
 * A person who carries many records away proves first that she is there; backend services have nobody who could.
 * @see security.md S60
 */
export function stepUpForExport(clock: () => Date): (operation: Operation) => Operation {
  return (operation) =>
    operation.name === '$export'
      ? {
          ...operation,
          handle: (request) => {
            requireStepUpOf(request.context, clock());
            return operation.handle(request);
          },
        }
      : operation;
}

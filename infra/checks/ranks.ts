import { isTest, resolveImport, type SourceFile, type Violation } from './source-file.ts';

/** The rank of each room of server/src: a file imports its own room and lower ranks only. */
export const ranks: Readonly<Record<string, number>> = {
  http: 6,
  auth: 5,
  operations: 5,
  subscriptions: 5,
  bots: 5,
  models: 5,
  jobs: 5,
  repository: 4,
  search: 3,
  access: 2,
  tenancy: 2,
  validation: 2,
  indexing: 2,
  terminology: 2,
  outbox: 2,
  audit: 2,
  vault: 2,
  outbound: 1,
  config: 1,
  database: 1,
  observability: 1,
  definitions: 1,
  fhir: 0,
};

const top = 7;

interface Place {
  readonly room: string;
  readonly rank: number | undefined;
  readonly isDoor: boolean;
}

/** Finds imports that go up or sideways between the rooms of the server, or past a room's `index.ts`. */
export function checkRanks(files: readonly SourceFile[]): Violation[] {
  return files
    .filter((file) => file.path.startsWith('server/src/') && !isTest(file.path))
    .flatMap((file) => file.imports.flatMap((specifier) => violation(file.path, specifier)));
}

function violation(from: string, specifier: string): Violation[] {
  const path = resolveImport(from, specifier);
  const target = path === undefined ? undefined : placeOf(path);
  const own = placeOf(from);
  if (own === undefined || target === undefined || own.room === target.room) {
    return [];
  }
  if (own.rank === undefined || target.rank === undefined) {
    const unknown = own.rank === undefined ? own.room : target.room;
    return [{ path: from, message: `room "${unknown}" has no rank: give it one in infra/checks/ranks.ts` }];
  }
  if (target.rank >= own.rank) {
    return [{ path: from, message: `imports ${path}: rank ${own.rank} may not import rank ${target.rank}` }];
  }
  return target.isDoor ? [] : [{ path: from, message: `imports ${path}: go through ${target.room}/index.ts` }];
}

/** The room of a path under server/src; files that lie there directly compose the rooms and have the top rank. */
function placeOf(path: string): Place | undefined {
  const [server, src, room = '', ...rest] = path.split('/');
  if (server !== 'server' || src !== 'src') {
    return undefined;
  }
  return rest.length === 0
    ? { room: '', rank: top, isDoor: true }
    : { room, rank: ranks[room], isDoor: rest.join('/') === 'index.ts' };
}

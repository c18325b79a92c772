import type { SearchParameter } from '@medplum/fhirtypes';
import type { Database } from '../../database/index.ts';
import type { Definitions, SearchParameterInfo } from '../../definitions/index.ts';
import { type CustomParameter, checkCustomParameter, type Indexer, type IndexRows } from '../../indexing/index.ts';
import { customInfo, definitionHash } from './custom-info.ts';
import { type ParameterState, readRevisions, reconcile, type WantedState } from './parameter-state.ts';

/** Channel on which processes tell one another of a tenant's SearchParameters. */
const CHANNEL = 'mindbridge_search_parameter';
/** How often a process looks for changes that it was not told of, in ms. */
export const POLL_MS = 2000;

/** What the parameters of the tenants are made from. */
export interface TenantParametersOptions {
  readonly database: Database;
  readonly definitions: Definitions;
  /** The indexer of a tenant without parameters of its own. */
  readonly base: Indexer;
  /** The indexer of a tenant that has some. */
  readonly extend: (custom: readonly CustomParameter[]) => Indexer;
  /** Has what is missing indexed in the background. */
  readonly enqueue: (tenant: number) => Promise<void>;
  readonly log: (code: string, error: unknown) => void;
}

/** The search parameters that tenants have written themselves, as this process knows them. */
export interface TenantParameters {
  /** The indexer as it is at this moment; another one after each change. */
  indexerOf(tenant: number): Indexer;
  /** One indexer for good, which follows the changes: for what keeps it. */
  lastingIndexer(tenant: number): Indexer;
  /** Were these rows made with the parameters that the tenant has now? */
  areCurrent(tenant: number, rows: IndexRows): boolean;
  statesOf(tenant: number): readonly ParameterState[];
  /** The definitions that are active in a tenant, as search takes them. */
  infosOf(tenant: number): readonly SearchParameterInfo[];
  /** Reads a tenant's parameters again. */
  refresh(tenant: number): Promise<void>;
  /** Waits for changes under way, so that what was written before holds for what comes next. */
  settled(tenant: number): Promise<void> | undefined;
  start(): Promise<void>;
  stop(): Promise<void>;
}

interface Known {
  readonly revision: number;
  readonly indexer: Indexer;
  readonly states: readonly ParameterState[];
  readonly infos: readonly SearchParameterInfo[];
}

/** Makes them; nothing is known before `start`. */
export function createTenantParameters(options: TenantParametersOptions): TenantParameters {
  const { database, definitions, base, log } = options;
  const known = new Map<number, Known>();
  const lasting = new Map<number, Indexer>();
  const reading = new Map<number, Promise<void>>();
  const madeBy = new WeakMap<IndexRows, Indexer>();
  let timer: NodeJS.Timeout | undefined;
  let polling: Promise<void> | undefined;
  let stopListening: (() => Promise<void>) | undefined;

  async function read(tenant: number): Promise<void> {
    let usable: SearchParameterInfo[] = [];
    const { revision, states } = await reconcile(database, tenant, (parameters) => {
      usable = usableOf(definitions, base, parameters);
      const { registry } = options.extend(usable.map((info) => ({ info, complete: new Set() })));
      return usable.flatMap((info) => wantedOf(registry, info));
    });
    const custom = usable.map((info) => ({ info, complete: completeTypes(states, info) }));
    known.set(tenant, {
      revision,
      states,
      infos: usable,
      indexer: custom.length > 0 ? options.extend(custom) : base,
    });
    if (states.some(({ state }) => state !== 'ready')) {
      await options.enqueue(tenant);
    }
  }

  /** One reading after the other, so that the last one to end is the last one that began. */
  function refresh(tenant: number): Promise<void> {
    const before = reading.get(tenant) ?? Promise.resolve();
    const run = before.catch(() => undefined).then(() => read(tenant));
    reading.set(tenant, run);
    const done = (): void => {
      if (reading.get(tenant) === run) {
        reading.delete(tenant);
      }
    };
    run.then(done, done);
    return run;
  }

  async function poll(): Promise<void> {
    for (const [tenant, revision] of await readRevisions(database)) {
      const current = known.get(tenant);
      if (current?.revision !== revision) {
        await refresh(tenant);
      } else if (current.states.some(({ state }) => state !== 'ready')) {
        await options.enqueue(tenant);
      }
    }
  }

  const current = (tenant: number): Indexer => known.get(tenant)?.indexer ?? base;
  return {
    indexerOf: current,
    lastingIndexer(tenant) {
      let indexer = lasting.get(tenant);
      if (!indexer) {
        indexer = following(() => current(tenant), madeBy);
        lasting.set(tenant, indexer);
      }
      return indexer;
    },
    areCurrent: (tenant, rows) => madeBy.get(rows) === current(tenant),
    statesOf: (tenant) => known.get(tenant)?.states ?? [],
    infosOf: (tenant) => known.get(tenant)?.infos ?? [],
    refresh,
    settled: (tenant) => reading.get(tenant)?.catch(() => undefined),
    async start() {
      stopListening = await database.listen(CHANNEL, (payload) => {
        refresh(Number(payload)).catch((error: unknown) => log('search-parameters-failed', error));
      });
      await poll();
      timer = setInterval(() => {
        polling ??= poll()
          .catch((error: unknown) => log('search-parameters-failed', error))
          .finally(() => {
            polling = undefined;
          });
      }, POLL_MS).unref();
    },
    async stop() {
      clearInterval(timer);
      await stopListening?.();
      await Promise.allSettled([polling, ...reading.values()]);
    },
  };
}

/** Of parameters that are right and have different codes; of two with one code the older. */
function usableOf(
  definitions: Definitions,
  base: Indexer,
  parameters: readonly SearchParameter[],
): SearchParameterInfo[] {
  const taken = new Set<string>();
  const usable: SearchParameterInfo[] = [];
  const infos = parameters.map(customInfo);
  const isComposite = ({ type }: SearchParameterInfo): boolean => type === 'composite';
  for (const info of [...infos.filter((one) => !isComposite(one)), ...infos.filter(isComposite)]) {
    const names = info.base.map((type) => `${type}.${info.code}`);
    const isFree = names.every((name) => !taken.has(name));
    if (isFree && checkCustomParameter(definitions, base.registry, info, usable).length === 0) {
      names.forEach((name) => void taken.add(name));
      usable.push(info);
    }
  }
  return usable;
}

function wantedOf(registry: Indexer['registry'], info: SearchParameterInfo): WantedState[] {
  return info.base.map((type) => {
    const name = `${type}.${info.code}`;
    const stored = registry.of(type)?.stored.filter((one) => one.name === name || one.name.startsWith(`${name}$`));
    return { type, code: info.code, definition: definitionHash(info), keys: stored?.map(({ key }) => key) ?? [] };
  });
}

function completeTypes(states: readonly ParameterState[], info: SearchParameterInfo): Set<string> {
  const hash = definitionHash(info);
  const ready = states.filter(
    ({ state, code, definition }) => state === 'ready' && code === info.code && definition === hash,
  );
  return new Set(ready.map(({ type }) => type));
}

function following(current: () => Indexer, madeBy: WeakMap<IndexRows, Indexer>): Indexer {
  return {
    get registry() {
      return current().registry;
    },
    extract(resource) {
      const indexer = current();
      const rows = indexer.extract(resource);
      madeBy.set(rows, indexer);
      return rows;
    },
    difference: (before, after) => current().difference(before, after),
    patientCompartments: (resource) => current().patientCompartments(resource),
  };
}

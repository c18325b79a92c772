import type { StoredResource } from '../../fhir/index.ts';
import type { Repository } from '../../repository/index.ts';

/** Reads references, those asked for in one turn of the event loop together. */
export interface ReferenceLoader {
  /** The resource, or undefined when it does not exist or the caller may not see it. */
  load(reference: string): Promise<StoredResource | undefined>;
}

/** A loader for one request; each reference is read once. */
export function createReferenceLoader(repository: Repository): ReferenceLoader {
  const loads = new Map<string, Promise<StoredResource | undefined>>();
  let waiting: {
    reference: string;
    resolve: (stored: StoredResource | undefined) => void;
    reject: (error: unknown) => void;
  }[] = [];

  async function flush(): Promise<void> {
    const batch = waiting;
    waiting = [];
    try {
      const found = await repository.readStoredAll(batch.map((entry) => entry.reference));
      const byReference = new Map(found.map((stored) => [`${stored.type}/${stored.id}`, stored]));
      for (const entry of batch) {
        entry.resolve(byReference.get(entry.reference));
      }
    } catch (error) {
      for (const entry of batch) {
        entry.reject(error);
      }
    }
  }

  return {
    load(reference) {
      let load = loads.get(reference);
      if (!load) {
        load = new Promise((resolve, reject) => {
          waiting.push({ reference, resolve, reject });
          if (waiting.length === 1) {
            setImmediate(() => void flush());
          }
        });
        loads.set(reference, load);
      }
      return load;
    },
  };
}

import type { PooledConnection } from './pooled-connection.ts';

/** A caller for whom no connection was free. */
export interface Waiter {
  readonly tenant: string;
  readonly since: number;
  readonly resolve: (connection: PooledConnection) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Those who wait for a connection, in a line for each tenant. The next is the first of the tenant that holds the fewest
 * connections, so that whoever asks for much waits for himself and not his neighbours for him.
 */
export class WaitingLine {
  private readonly lines = new Map<string, Waiter[]>();

  get size(): number {
    let size = 0;
    for (const line of this.lines.values()) {
      size += line.length;
    }
    return size;
  }

  add(waiter: Waiter): void {
    const line = this.lines.get(waiter.tenant);
    if (line) {
      line.push(waiter);
    } else {
      this.lines.set(waiter.tenant, [waiter]);
    }
  }

  /** Takes out whose turn it is; nobody when each holds as many as one tenant may. */
  next(heldBy: (tenant: string) => number, most: number): Waiter | undefined {
    let chosen: readonly [tenant: string, held: number] | undefined;
    for (const tenant of this.lines.keys()) {
      const held = heldBy(tenant);
      chosen = held < (chosen?.[1] ?? most) ? [tenant, held] : chosen;
    }
    return chosen && this.take(chosen[0]);
  }

  /** Takes out all who have waited since before that time. */
  tired(before: number): Waiter[] {
    return [...this.lines.entries()].flatMap(([tenant, line]) => {
      const rested = line.filter(({ since }) => since > before);
      this.keep(tenant, rested);
      return line.filter(({ since }) => since <= before);
    });
  }

  /** Lets a tenant stand behind the others that hold as much: it has just been served. */
  private take(tenant: string): Waiter | undefined {
    const line = this.lines.get(tenant) ?? [];
    const waiter = line.shift();
    this.keep(tenant, line);
    return waiter;
  }

  private keep(tenant: string, line: Waiter[]): void {
    this.lines.delete(tenant);
    if (line.length > 0) {
      this.lines.set(tenant, line);
    }
  }
}

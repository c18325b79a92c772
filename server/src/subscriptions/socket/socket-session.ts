import type { WebSocket } from 'ws';
import { type Binding, tokenHash } from './binding-token.ts';

/** Most bytes that may wait for a slow consumer. */
const MAX_BUFFERED = 1 << 20;
const MAX_BINDINGS = 200;

/** When a Subscription was last told of over a socket, and how long in ms it may be silent when it says so itself. */
interface Pulse {
  readonly period: number | undefined;
  toldAt: number;
}

/** One connected socket and what it is bound to. A socket without bindings is sent nothing but answers. */
export class SocketSession {
  private readonly socket: WebSocket;
  private readonly bindings = new Map<string, Binding>();
  private readonly pulses = new Map<string, Pulse>();
  alive = true;

  constructor(socket: WebSocket) {
    this.socket = socket;
  }

  /** Adds a binding; one for the same Subscription takes the place of the former. False when the socket has too many. */
  bind(binding: Binding): boolean {
    if (this.bindings.size >= MAX_BINDINGS) {
      return false;
    }
    this.bindings.set(bindingKey(binding), binding);
    return true;
  }

  /** Ends the bindings that were made with this token. Gives their keys. */
  unbind(token: string): string[] {
    const hash = tokenHash(token);
    const found = this.list().filter((binding) => binding.tokenHash === hash);
    return found.map((binding) => this.drop(binding));
  }

  drop(binding: Binding): string {
    const key = bindingKey(binding);
    this.bindings.delete(key);
    this.pulses.delete(key);
    return key;
  }

  list(): Binding[] {
    return [...this.bindings.values()];
  }

  binding(key: string): Binding | undefined {
    return this.bindings.get(key);
  }

  /** Sets how long in ms a Subscription may be silent here; undefined when it leaves that to the server. */
  setPeriod(key: string, period: number | undefined): void {
    this.pulses.set(key, { period, toldAt: 0 });
  }

  /** The period of its own that a bound Subscription has, in ms. */
  periodOf(key: string): number | undefined {
    return this.pulses.get(key)?.period;
  }

  /** Bindings whose Subscriptions have been silent for their period. */
  silent(now: Date): Binding[] {
    return this.list().filter((binding) => {
      const { period, toldAt } = this.pulses.get(bindingKey(binding)) ?? {};
      return period !== undefined && toldAt !== undefined && now.getTime() - toldAt >= period;
    });
  }

  /** Sends a notification of a Subscription. */
  tell(key: string, text: string, now: Date): void {
    const pulse = this.pulses.get(key);
    if (pulse !== undefined) {
      pulse.toldAt = now.getTime();
    }
    this.send(text);
  }

  /** Sends text; a consumer too slow to take it is cut off, and catches up by `$events` when it is back. */
  send(text: string): void {
    if (this.socket.readyState !== this.socket.OPEN) {
      return;
    }
    if (this.socket.bufferedAmount + text.length > MAX_BUFFERED) {
      this.socket.terminate();
      return;
    }
    this.socket.send(text);
  }

  ping(): void {
    this.socket.ping();
  }

  close(code: number, reason: string): void {
    this.socket.close(code, reason);
  }

  terminate(): void {
    this.socket.terminate();
  }
}

/** Name under which the sockets of a Subscription are found. */
export function bindingKey(binding: { readonly tenant: number; readonly subscription: string }): string {
  return `${binding.tenant} ${binding.subscription}`;
}

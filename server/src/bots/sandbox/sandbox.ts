import ivm from 'isolated-vm';
import type { Reach } from './host-fetch.ts';
import type { RunRequest, SandboxLimits } from './protocol.ts';
import type { RunHost } from './run-host.ts';

/** What a run needs from its process. */
export interface SandboxHost {
  readonly run: RunHost;
  readonly onLog: (level: string, text: string) => void;
}

/** Lends the host's functions; the references stay in this closure, out of reach of the code. */
const CONNECT = `
  const options = { arguments: { copy: true }, result: { promise: true, copy: true } };
  const fetch = $1, sleep = $2;
  globalThis.connectHost({
    parseUrl: $0,
    fetch: (request) => fetch.apply(undefined, [request], options),
    sleep: (ms) => sleep.apply(undefined, [ms], options),
    log: $3,
    random: $4,
    seen: $5,
  });`;

/** One isolate for one run: nothing of a run is left for the next. */
export class Sandbox {
  private readonly isolate: ivm.Isolate;
  private readonly context: ivm.Context;
  private reach: Reach | undefined;
  private host: SandboxHost | undefined;

  private constructor(isolate: ivm.Isolate, context: ivm.Context) {
    this.isolate = isolate;
    this.context = context;
  }

  /** Makes an isolate from the snapshot, ready for a run. */
  static async create(snapshot: ivm.ExternalCopy<ArrayBuffer>, limits: SandboxLimits): Promise<Sandbox> {
    const isolate = new ivm.Isolate({ snapshot, memoryLimit: limits.memoryMb });
    const sandbox = new Sandbox(isolate, await isolate.createContext());
    await sandbox.connect();
    return sandbox;
  }

  private async connect(): Promise<void> {
    await this.context.evalClosure(CONNECT, [
      new ivm.Callback(parseUrl),
      new ivm.Reference((request: string) => this.fetch(request)),
      new ivm.Reference((ms: number) => this.host?.run.sleep(Number(ms))),
      new ivm.Callback((level: string, text: string) => this.host?.onLog(String(level), String(text))),
      new ivm.Callback((count: number) => this.host?.run.random(Number(count)) ?? ''),
      new ivm.Callback((answer: number) => this.host?.run.seen(Number(answer)), { ignored: true }),
    ]);
  }

  /** Errors go in as text: no object of the host enters the isolate. */
  private async fetch(request: string): Promise<string> {
    try {
      if (this.host === undefined || this.reach === undefined) {
        throw new Error('The run has ended');
      }
      return await this.host.run.fetch(this.reach, request);
    } catch (error) {
      return JSON.stringify({ error: error instanceof Error ? error.message : 'The request failed' });
    }
  }

  /** Runs the handler of the code on an event; gives the JSON of its result. Rejects with what the code threw. */
  async run(request: RunRequest, code: string, host: SandboxHost, coreModule: string): Promise<string | undefined> {
    this.host = host;
    const { baseUrl, egress, inside } = request;
    this.reach = { baseUrl, egress, inside };
    const { startedAt, seed } = host.run;
    await this.context.evalClosure('startRun($0, $1)', [startedAt, seed], { arguments: { copy: true } });
    const exported =
      request.moduleKind === 'esm' ? await this.loadEsm(code, coreModule) : await this.loadCommonJs(code);
    const output: unknown = await this.context.evalClosure(
      `return runHandler($0.deref(), $1, $2, $3).catch(function (error) { throw new Error(describeError(error)); });`,
      [exported, request.event, request.baseUrl, request.accessToken],
      { arguments: { copy: true }, result: { promise: true, copy: true } },
    );
    return typeof output === 'string' ? output : undefined;
  }

  private async loadCommonJs(code: string): Promise<ivm.Reference> {
    const source = `loadCommonJs(function (module, exports, require) { ${code}\n})`;
    return this.context.eval(source, { reference: true, filename: 'bot.js' });
  }

  private async loadEsm(code: string, coreModule: string): Promise<ivm.Reference> {
    const core = await this.isolate.compileModule(coreModule, { filename: 'core.mjs' });
    const bot = await this.isolate.compileModule(code, { filename: 'bot.mjs' });
    await bot.instantiate(this.context, (specifier) => {
      if (specifier === '@medplum/core') {
        return core;
      }
      throw new Error(`A bot may not import '${specifier}'`);
    });
    await bot.evaluate({ promise: true });
    return bot.namespace;
  }

  /** Ends the isolate and whatever still runs in it. */
  dispose(): void {
    this.host = undefined;
    if (!this.isolate.isDisposed) {
      this.isolate.dispose();
    }
  }
}

function parseUrl(url: string, base: string | undefined): string | null {
  if (!URL.canParse(url, base)) {
    return null;
  }
  const { protocol, host, hostname, port, origin, pathname, hash, username, password, search } = new URL(url, base);
  return JSON.stringify({ protocol, host, hostname, port, origin, pathname, hash, username, password, search });
}

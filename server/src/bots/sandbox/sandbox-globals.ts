/** What the host lends a sandbox: plain functions over text, set after the snapshot was taken. */
export interface HostFunctions {
  /** Parts of a URL as JSON, or null when it is none. */
  parseUrl(url: string, base: string | undefined): string | null;
  /** Sends a request described in JSON; gives the answer as JSON. */
  fetch(request: string): Promise<string>;
  /** Waits, and gives the run's clock as JSON. */
  sleep(ms: number): Promise<string>;
  /** Tells that the answer of this number has come. */
  seen(answer: number): void;
  log(level: string, text: string): void;
  /** Random bytes, one character code each. */
  random(count: number): string;
}

/**
 * Gives a bare JavaScript realm the web globals that bots and @medplum/core use. Runs inside the sandbox from its source
 * text: it must not refer to anything outside itself.
 */
export function installGlobals(scope: Record<string, unknown>): void {
  let host: HostFunctions | undefined;
  const lent = (): HostFunctions => {
    if (host === undefined) {
      throw new Error('The sandbox is not connected yet');
    }
    return host;
  };
  const define = (names: Record<string, unknown>): void => {
    for (const [name, value] of Object.entries(names)) {
      Object.defineProperty(scope, name, { value, writable: true, configurable: true, enumerable: false });
    }
  };

  /*
   * The clock of a run moves only while the run waits, and its randomness comes from a seed: given the same answers, the same
   * code does the same again.
   */
  let clock: number | undefined;
  const arrived = ({ now, answer }: { now: number; answer: number }): void => {
    clock = now;
    lent().seen(answer);
  };
  const RealDate = Date;
  const dateNow = (): number => clock ?? RealDate.now();
  const RunDate = new Proxy(RealDate, {
    construct: (target, args: unknown[], newTarget) =>
      Reflect.construct(target, args.length === 0 ? [dateNow()] : args, newTarget) as object,
    apply: () => new RealDate(dateNow()).toString(),
    get: (target, name, receiver) => (name === 'now' ? dateNow : (Reflect.get(target, name, receiver) as unknown)),
  });
  Object.defineProperty(RealDate.prototype, 'constructor', { value: RunDate, writable: true, configurable: true });
  let [a, b, c, d] = [1, 2, 3, 4];
  const seeded = (): number => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    return (t >>> 0) / 4_294_967_296;
  };
  const startRun = (now: number, seed: string): void => {
    clock = now;
    [a = 1, b = 2, c = 3, d = 4] = [0, 8, 16, 24].map((at) => Number.parseInt(seed.slice(at, at + 8), 16) | 0);
    Math.random = seeded;
    Reflect.deleteProperty(scope, 'startRun');
  };

  const toBytes = (binary: string): Uint8Array => Uint8Array.from(binary, (char) => char.charCodeAt(0));
  const toBinary = (bytes: Uint8Array): string => {
    let text = '';
    for (let i = 0; i < bytes.length; i += 8192) {
      text += String.fromCharCode(...bytes.subarray(i, i + 8192));
    }
    return text;
  };
  const unescapeText = (text: string): string =>
    text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  const utf8 = (text: string): string => unescapeText(encodeURIComponent(text.toWellFormed()));
  const fromUtf8 = (binary: string): string => {
    let out = '';
    let i = 0;
    const next = (): number => {
      const byte = binary.charCodeAt(i);
      if (i < binary.length && (byte & 0xc0) === 0x80) {
        i++;
        return byte & 0x3f;
      }
      return -1;
    };
    while (i < binary.length) {
      const lead = binary.charCodeAt(i++);
      if (lead < 0x80) {
        out += String.fromCharCode(lead);
        continue;
      }
      const count = lead >= 0xf0 && lead < 0xf5 ? 3 : lead >= 0xe0 ? (lead < 0xf0 ? 2 : 0) : lead >= 0xc2 ? 1 : 0;
      let point = count === 0 ? -1 : lead & (0x3f >> count);
      for (let k = 0; k < count && point >= 0; k++) {
        const part = next();
        point = part < 0 ? -1 : (point << 6) | part;
      }
      out += point < 0 || point > 0x10ffff ? '\ufffd' : String.fromCodePoint(point);
    }
    return out;
  };

  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const btoa = (binary: string): string => {
    let out = '';
    for (let i = 0; i < binary.length; i += 3) {
      const [a, b, c] = [binary.charCodeAt(i), binary.charCodeAt(i + 1), binary.charCodeAt(i + 2)];
      if (a > 255 || b > 255 || c > 255) {
        throw new Error('btoa takes characters up to U+00FF');
      }
      const bits = (a << 16) | ((b || 0) << 8) | (c || 0);
      const left = binary.length - i;
      out += alphabet.charAt(bits >> 18) + alphabet.charAt((bits >> 12) & 63);
      out += (left > 1 ? alphabet.charAt((bits >> 6) & 63) : '=') + (left > 2 ? alphabet.charAt(bits & 63) : '=');
    }
    return out;
  };
  const atob = (text: string): string => {
    let out = '';
    let bits = 0;
    let count = 0;
    for (const char of text.replace(/[\s=]+/g, '')) {
      const value = alphabet.indexOf(char);
      if (value < 0) {
        throw new Error('atob was given text that is not base64');
      }
      bits = (bits << 6) | value;
      count += 6;
      if (count >= 8) {
        count -= 8;
        out += String.fromCharCode((bits >> count) & 255);
      }
    }
    return out;
  };

  class TextEncoder {
    readonly encoding = 'utf-8';
    encode(text = ''): Uint8Array {
      return toBytes(utf8(String(text)));
    }
  }
  class TextDecoder {
    readonly encoding = 'utf-8';
    decode(input?: ArrayBuffer | ArrayBufferView): string {
      if (input === undefined) {
        return '';
      }
      const bytes = ArrayBuffer.isView(input)
        ? new Uint8Array(input.buffer, input.byteOffset, input.byteLength)
        : new Uint8Array(input);
      return fromUtf8(toBinary(bytes));
    }
  }

  class URLSearchParams {
    private pairs: [string, string][] = [];
    private onChange: ((text: string) => void) | undefined;
    constructor(
      init?: string | Iterable<[string, string]> | Record<string, string>,
      onChange?: (text: string) => void,
    ) {
      this.onChange = onChange;
      if (typeof init === 'string') {
        const plain = (text: string): string => fromUtf8(unescapeText(utf8(text.replaceAll('+', ' '))));
        for (const part of init.replace(/^\?/, '').split('&').filter(Boolean)) {
          const at = part.indexOf('=');
          this.pairs.push(at < 0 ? [plain(part), ''] : [plain(part.slice(0, at)), plain(part.slice(at + 1))]);
        }
      } else if (init !== undefined) {
        const entries = Symbol.iterator in init ? (init as Iterable<[string, string]>) : Object.entries(init);
        for (const [name, value] of entries) {
          this.pairs.push([String(name), String(value)]);
        }
      }
    }
    private changed(): void {
      this.onChange?.(this.toString());
    }
    append(name: string, value: string): void {
      this.pairs.push([String(name), String(value)]);
      this.changed();
    }
    set(name: string, value: string): void {
      const at = this.pairs.findIndex((pair) => pair[0] === name);
      this.pairs = this.pairs.filter((pair, i) => pair[0] !== name || i === at);
      if (at < 0) {
        this.pairs.push([String(name), String(value)]);
      } else {
        this.pairs[at] = [String(name), String(value)];
      }
      this.changed();
    }
    delete(name: string): void {
      this.pairs = this.pairs.filter((pair) => pair[0] !== name);
      this.changed();
    }
    get(name: string): string | null {
      return this.pairs.find((pair) => pair[0] === name)?.[1] ?? null;
    }
    getAll(name: string): string[] {
      return this.pairs.filter((pair) => pair[0] === name).map((pair) => pair[1]);
    }
    has(name: string): boolean {
      return this.pairs.some((pair) => pair[0] === name);
    }
    sort(): void {
      this.pairs.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
      this.changed();
    }
    forEach(visit: (value: string, name: string) => void): void {
      for (const [name, value] of this.pairs) {
        visit(value, name);
      }
    }
    keys(): IterableIterator<string> {
      return this.pairs.map((pair) => pair[0]).values();
    }
    values(): IterableIterator<string> {
      return this.pairs.map((pair) => pair[1]).values();
    }
    entries(): IterableIterator<[string, string]> {
      return this.pairs.values();
    }
    [Symbol.iterator](): IterableIterator<[string, string]> {
      return this.entries();
    }
    get size(): number {
      return this.pairs.length;
    }
    toString(): string {
      const form = (text: string): string =>
        encodeURIComponent(text.toWellFormed())
          .replaceAll('%20', '+')
          .replace(/[!'()~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
      return this.pairs.map(([name, value]) => `${form(name)}=${form(value)}`).join('&');
    }
  }

  class URL {
    protocol = '';
    host = '';
    hostname = '';
    port = '';
    origin = '';
    pathname = '';
    hash = '';
    username = '';
    password = '';
    readonly searchParams: URLSearchParams;
    private query = '';
    constructor(url: string | URL, base?: string | URL) {
      const parts = lent().parseUrl(String(url), base === undefined ? undefined : String(base));
      if (parts === null) {
        throw new TypeError('Invalid URL');
      }
      const { search, ...rest } = JSON.parse(parts) as { search: string } & Record<string, string>;
      Object.assign(this, rest);
      this.query = search;
      this.searchParams = new URLSearchParams(search, (text) => {
        this.query = text === '' ? '' : `?${text}`;
      });
    }
    static canParse(url: string, base?: string): boolean {
      return lent().parseUrl(String(url), base === undefined ? undefined : String(base)) !== null;
    }
    get search(): string {
      return this.query;
    }
    set search(text: string) {
      this.query = text === '' || text.startsWith('?') ? text : `?${text}`;
    }
    get href(): string {
      const user = this.username === '' ? '' : `${this.username}${this.password === '' ? '' : `:${this.password}`}@`;
      return `${this.protocol}//${user}${this.host}${this.pathname}${this.query}${this.hash}`;
    }
    toString(): string {
      return this.href;
    }
    toJSON(): string {
      return this.href;
    }
  }

  class Headers {
    private readonly map = new Map<string, string>();
    constructor(init?: Iterable<[string, string]> | Record<string, string>) {
      const entries =
        init === undefined ? [] : Symbol.iterator in init ? (init as Iterable<[string, string]>) : Object.entries(init);
      for (const [name, value] of entries) {
        this.append(name, value);
      }
    }
    append(name: string, value: string): void {
      const before = this.get(name);
      this.set(name, before === null ? value : `${before}, ${value}`);
    }
    set(name: string, value: string): void {
      this.map.set(String(name).toLowerCase(), String(value));
    }
    get(name: string): string | null {
      return this.map.get(name.toLowerCase()) ?? null;
    }
    has(name: string): boolean {
      return this.map.has(name.toLowerCase());
    }
    delete(name: string): void {
      this.map.delete(name.toLowerCase());
    }
    forEach(visit: (value: string, name: string) => void): void {
      this.map.forEach(visit);
    }
    keys(): IterableIterator<string> {
      return this.map.keys();
    }
    values(): IterableIterator<string> {
      return this.map.values();
    }
    entries(): IterableIterator<[string, string]> {
      return this.map.entries();
    }
    [Symbol.iterator](): IterableIterator<[string, string]> {
      return this.map.entries();
    }
  }

  class Blob {
    readonly type: string;
    private readonly binary: string;
    constructor(parts: readonly unknown[] = [], options: { type?: string } = {}) {
      this.type = options.type ?? '';
      this.binary = parts.map((part) => binaryOf(part)).join('');
    }
    get size(): number {
      return this.binary.length;
    }
    async text(): Promise<string> {
      return fromUtf8(this.binary);
    }
    async arrayBuffer(): Promise<ArrayBuffer> {
      return toBytes(this.binary).buffer as ArrayBuffer;
    }
    static binaryOf(blob: Blob): string {
      return blob.binary;
    }
  }
  const binaryOf = (part: unknown): string => {
    if (part instanceof Blob) {
      return Blob.binaryOf(part);
    }
    if (ArrayBuffer.isView(part)) {
      return toBinary(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
    }
    return part instanceof ArrayBuffer ? toBinary(new Uint8Array(part)) : utf8(String(part));
  };

  class Response {
    readonly status: number;
    readonly statusText: string;
    readonly ok: boolean;
    readonly headers: Headers;
    readonly url: string;
    /** A body that came as text stays text: turning it into bytes and back would cost more than all the rest of a run. */
    private readonly content: unknown;
    constructor(
      body?: unknown,
      init: { status?: number; statusText?: string; headers?: Record<string, string>; url?: string } = {},
    ) {
      this.status = init.status ?? 200;
      this.statusText = init.statusText ?? '';
      this.ok = this.status >= 200 && this.status < 300;
      this.headers = new Headers(init.headers);
      this.url = init.url ?? '';
      this.content = body ?? '';
    }
    async text(): Promise<string> {
      return typeof this.content === 'string' ? this.content.toWellFormed() : fromUtf8(binaryOf(this.content));
    }
    async json(): Promise<unknown> {
      return JSON.parse(await this.text());
    }
    async arrayBuffer(): Promise<ArrayBuffer> {
      return toBytes(binaryOf(this.content)).buffer as ArrayBuffer;
    }
    async blob(): Promise<Blob> {
      return new Blob([this.content], { type: this.headers.get('content-type') ?? '' });
    }
  }

  interface FetchOptions {
    readonly method?: string;
    readonly headers?: Record<string, string> | Iterable<[string, string]>;
    readonly body?: unknown;
    readonly signal?: { readonly aborted: boolean; throwIfAborted(): void };
  }
  const fetch = async (url: string | URL, options: FetchOptions = {}): Promise<Response> => {
    options.signal?.throwIfAborted();
    const { body } = options;
    const request = {
      url: String(url),
      method: options.method ?? 'GET',
      headers: [...new Headers(options.headers)],
      ...(typeof body === 'string'
        ? { text: body }
        : body === undefined || body === null
          ? {}
          : { base64: btoa(binaryOf(body)) }),
    };
    const answer = JSON.parse(await lent().fetch(JSON.stringify(request))) as {
      now: number;
      answer: number;
      status: number;
      statusText: string;
      headers: Record<string, string>;
      text?: string;
      base64?: string;
      error?: string;
    };
    arrived(answer);
    if (answer.error !== undefined) {
      throw new TypeError(answer.error);
    }
    const content = answer.text ?? (answer.base64 === undefined ? undefined : toBytes(atob(answer.base64)));
    return new Response(content, { ...answer, url: request.url });
  };

  class Event {
    readonly type: string;
    constructor(type: string, init?: object) {
      this.type = type;
      Object.assign(this, init);
    }
  }
  type Listener = (event: Event) => void;
  class EventTarget {
    private readonly listeners = new Map<string, Set<Listener>>();
    addEventListener(type: string, listener: Listener): void {
      const set = this.listeners.get(type) ?? new Set();
      this.listeners.set(type, set.add(listener));
    }
    removeEventListener(type: string, listener: Listener): void {
      this.listeners.get(type)?.delete(listener);
    }
    dispatchEvent(event: Event): boolean {
      for (const listener of this.listeners.get(event.type) ?? []) {
        listener(event);
      }
      return true;
    }
  }
  class AbortSignal extends EventTarget {
    aborted = false;
    reason: unknown;
    throwIfAborted(): void {
      if (this.aborted) {
        throw this.reason;
      }
    }
    static timeout(ms: number): AbortSignal {
      const controller = new AbortController();
      setTimeout(() => controller.abort(new Error('The operation timed out')), ms);
      return controller.signal;
    }
  }
  class AbortController {
    readonly signal = new AbortSignal();
    abort(reason: unknown = new Error('The operation was aborted')): void {
      if (!this.signal.aborted) {
        this.signal.aborted = true;
        this.signal.reason = reason;
        this.signal.dispatchEvent(new Event('abort'));
      }
    }
  }
  class WebSocket extends EventTarget {
    static readonly CONNECTING = 0;
    static readonly OPEN = 1;
    static readonly CLOSING = 2;
    static readonly CLOSED = 3;
    constructor() {
      super();
      throw new Error('A bot cannot open a WebSocket');
    }
  }

  let lastTimer = 0;
  const timers = new Set<number>();
  const setTimeout = (work: (...args: unknown[]) => void, ms = 0, ...args: unknown[]): number => {
    const id = ++lastTimer;
    timers.add(id);
    void lent()
      .sleep(Number(ms) || 0)
      .then((time) => {
        arrived(JSON.parse(time) as { now: number; answer: number });
        return timers.delete(id) && work(...args);
      });
    return id;
  };
  const clearTimeout = (id?: number): void => {
    timers.delete(id ?? 0);
  };
  const setInterval = (work: (...args: unknown[]) => void, ms = 0, ...args: unknown[]): number => {
    const id = ++lastTimer;
    timers.add(id);
    const next = (): void => {
      void lent()
        .sleep(Number(ms) || 0)
        .then((time) => {
          arrived(JSON.parse(time) as { now: number; answer: number });
          if (timers.has(id)) {
            work(...args);
            next();
          }
        });
    };
    next();
    return id;
  };

  const show = (value: unknown): string => {
    if (typeof value === 'string') {
      return value;
    }
    if (value instanceof Error) {
      return value.stack ?? `${value.name}: ${value.message}`;
    }
    try {
      return JSON.stringify(value) ?? String(value);
    } catch {
      return String(value);
    }
  };
  const logger =
    (level: string) =>
    (...args: unknown[]): void =>
      lent().log(level, args.map(show).join(' '));
  const getRandomValues = (array: Uint8Array): Uint8Array => {
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    bytes.set(toBytes(lent().random(bytes.length)));
    return array;
  };
  const randomUUID = (): string => {
    const bytes = getRandomValues(new Uint8Array(16));
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  };

  define({
    ...{ TextEncoder, TextDecoder, URL, URLSearchParams, Headers, Response, Blob, Event, EventTarget, WebSocket },
    ...{ AbortController, AbortSignal, fetch, btoa, atob, setTimeout, clearTimeout, setInterval },
    ...{ startRun, Date: RunDate },
    clearInterval: clearTimeout,
    queueMicrotask: (work: () => void): void => void Promise.resolve().then(work),
    structuredClone: (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value))),
    crypto: { getRandomValues, randomUUID },
    console: {
      log: logger('info'),
      info: logger('info'),
      debug: logger('debug'),
      warn: logger('warn'),
      error: logger('error'),
    },
    connectHost: (functions: HostFunctions): void => {
      host = functions;
      Reflect.deleteProperty(scope, 'connectHost');
    },
  });
}

import type { Connection, Submittable } from 'pg';
import type { PooledConnection } from './pooled-connection.ts';

interface CopyConnection extends Connection {
  sendCopyFromChunk(chunk: Uint8Array): void;
  endCopyFrom(): void;
  sendCopyFail(reason: string): void;
}

/** What both directions of COPY share: one statement without rows, ended once. */
abstract class Copy implements Submittable {
  protected readonly text: string;
  private readonly done: (error?: Error) => void;
  private ended = false;

  constructor(text: string, done: (error?: Error) => void) {
    this.text = text;
    this.done = done;
  }

  submit(connection: Connection): null {
    connection.query(this.text);
    return null;
  }

  handleError(error: Error): void {
    this.end(error);
  }

  handleReadyForQuery(): void {
    this.end();
  }

  private end(error?: Error): void {
    if (!this.ended) {
      this.ended = true;
      this.done(error);
    }
  }

  handleRowDescription(): void {}

  handleDataRow(): void {}

  handleCommandComplete(): void {}

  handleEmptyQuery(): void {}

  handlePortalSuspended(): void {}

  handleCopyInResponse(connection: CopyConnection): void {
    connection.sendCopyFail('this COPY reads');
  }

  handleCopyData(_message: { readonly chunk: Uint8Array }, _connection: Connection): void {}
}

class CopyOut extends Copy {
  private readonly onChunk: (chunk: Uint8Array) => Promise<void> | undefined;

  constructor(text: string, onChunk: (chunk: Uint8Array) => Promise<void> | undefined, done: (error?: Error) => void) {
    super(text, done);
    this.onChunk = onChunk;
  }

  override handleCopyData({ chunk }: { readonly chunk: Uint8Array }, connection: Connection): void {
    const drained = this.onChunk(chunk);
    if (drained !== undefined) {
      connection.stream.pause();
      void drained.finally(() => connection.stream.resume());
    }
  }
}

class CopyIn extends Copy {
  private readonly chunks: AsyncIterable<Uint8Array>;
  private sourceError: Error | undefined;

  constructor(text: string, chunks: AsyncIterable<Uint8Array>, done: (error?: Error) => void) {
    super(text, done);
    this.chunks = chunks;
  }

  override handleCopyInResponse(connection: CopyConnection): void {
    this.send(connection).then(
      () => connection.endCopyFrom(),
      (error: unknown) => {
        this.sourceError = error instanceof Error ? error : new Error(String(error));
        connection.sendCopyFail('the source failed');
      },
    );
  }

  /** The server only repeats that the source failed: the source's own error says why. */
  override handleError(error: Error): void {
    super.handleError(this.sourceError ?? error);
  }

  private async send(connection: CopyConnection): Promise<void> {
    for await (const chunk of this.chunks) {
      connection.sendCopyFromChunk(chunk);
      if (connection.stream.writableNeedDrain) {
        await new Promise((resolve) => connection.stream.once('drain', resolve));
      }
    }
  }
}

/** Runs a `COPY … TO STDOUT`; each chunk is one row. When the receiver gives a promise, the server waits for it. */
export function copyOut(
  connection: PooledConnection,
  text: string,
  onChunk: (chunk: Uint8Array) => Promise<void> | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.client.query(new CopyOut(text, onChunk, (error) => (error ? reject(error) : resolve())));
  });
}

/** Runs a `COPY … FROM STDIN` with what the source gives. A source that throws makes the COPY fail. */
export function copyIn(connection: PooledConnection, text: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.client.query(new CopyIn(text, chunks, (error) => (error ? reject(error) : resolve())));
  });
}

import { connect, type NetConnectOpts } from 'node:net';
import type pg from 'pg';

const CANCEL_REQUEST = 80_877_102;
const LENGTH = 16;

/** What a server tells a connection at its start, and wants to hear from whoever cancels what runs there. */
interface Keyed {
  readonly host: string;
  readonly port: number;
  readonly processID: number | null;
  readonly secretKey: number | null;
}

/**
 * Asks the server to end the statement that runs on a connection, over a socket of its own: it needs no free connection.
 * The statement then fails with SQLSTATE 57014. Resolves when the server has taken the request, or could not be reached.
 * @see https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-CANCELING-REQUESTS
 */
export function cancelStatement(client: pg.Client): Promise<void> {
  const { host, port, processID, secretKey } = client as pg.Client & Keyed;
  if (processID === null || secretKey === null) {
    return Promise.resolve();
  }
  const request = Buffer.alloc(LENGTH);
  [LENGTH, CANCEL_REQUEST, processID, secretKey].forEach((word, n) => {
    request.writeInt32BE(word, n * 4);
  });
  const to: NetConnectOpts = host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port };
  return new Promise((resolve) => {
    const socket = connect(to, () => socket.end(request));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve());
    socket.resume();
  });
}

import { Agent, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Known, Request, Send } from './workloads.ts';

/** A FHIR server that is measured from outside. */
export interface HttpSide {
  readonly name: string;
  readonly known: Known;
  readonly send: Send;
  /** CPU used so far by the server and its database, in ms; undefined where it cannot be seen. */
  readonly cpuMs: () => number | undefined;
  close(): void;
}

/** Where a server is, and what it is asked with. */
export interface HttpTarget {
  /** FHIR base without a trailing slash. */
  readonly fhirBase: string;
  readonly bearer: () => Promise<string>;
  readonly cpuMs: () => number | undefined;
}

/** An access token for a client, renewed a minute before it ends. */
export function bearerOf(tokenUrl: string, clientId: string, clientSecret: string): () => Promise<string> {
  let token = '';
  let until = 0;
  return async () => {
    if (Date.now() < until) {
      return token;
    }
    const fields = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
    const response = await fetch(tokenUrl, { method: 'POST', body: new URLSearchParams(fields) });
    const answer = (await response.json()) as { access_token?: string; expires_in?: number };
    if (answer.access_token === undefined) {
      throw new Error(`${tokenUrl} gave no access token: ${response.status}`);
    }
    token = answer.access_token;
    until = Date.now() + ((answer.expires_in ?? 300) - 60) * 1000;
    return token;
  };
}

/** A server behind HTTP, over connections that are kept open. */
export function httpSide(name: string, { fhirBase, bearer, cpuMs }: HttpTarget): HttpSide {
  const agent = new Agent({ keepAlive: true });
  const known: Known = { patients: [], practitioners: [] };
  const start = fhirBase.startsWith('https:') ? httpsRequest : httpRequest;
  const send = async ({ method, path, body }: Request): Promise<unknown> => {
    const authorization = `Bearer ${await bearer()}`;
    const text = body === undefined ? '' : JSON.stringify(body);
    const headers = {
      accept: 'application/fhir+json',
      authorization,
      ...(body !== undefined && {
        'content-type': 'application/fhir+json',
        'content-length': String(Buffer.byteLength(text)),
      }),
    };
    return new Promise((resolve, reject) => {
      const url = path === '' ? fhirBase : `${fhirBase}/${path}`;
      const options = { method, headers, ...(start === httpRequest && { agent }) };
      const request = start(url, options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const answer = Buffer.concat(chunks).toString('utf8');
          if ((response.statusCode ?? 500) >= 300) {
            reject(new Error(`${name}: ${method} ${path}: ${response.statusCode} ${answer.slice(0, 300)}`));
          } else {
            resolve(answer === '' ? undefined : JSON.parse(answer));
          }
        });
      });
      request.on('error', reject);
      request.end(text);
    });
  };
  return { name, known, send, cpuMs, close: () => agent.destroy() };
}

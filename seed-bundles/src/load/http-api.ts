/** JSON that came from outside: parsed, not yet trusted. */
export type Json = Record<string, unknown>;

/** Is the value a JSON object? */
export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text at a path of names, such as `project.reference`; throws with the name of what is missing. */
export function textAt(value: unknown, path: string): string {
  const found = path.split('.').reduce<unknown>((at, name) => (isJson(at) ? at[name] : undefined), value);
  if (typeof found !== 'string' || found === '') {
    throw new Error(`The server's answer has no ${path}`);
  }
  return found;
}

/** An answer that is no success. The text is the OperationOutcome's or OAuth's own; it never holds a request body. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, what: string, detail: string) {
    super(`${what} was answered with ${status}${detail && `: ${detail}`}`);
    this.status = status;
  }
}

function detailOf(body: unknown): string {
  if (!isJson(body)) {
    return '';
  }
  if (typeof body.error_description === 'string') {
    return body.error_description;
  }
  const issues = Array.isArray(body.issue) ? body.issue.filter(isJson) : [];
  return issues
    .map((issue) => {
      const text =
        isJson(issue.details) && typeof issue.details.text === 'string' ? issue.details.text : issue.diagnostics;
      const where = Array.isArray(issue.expression) ? ` (${issue.expression.join()})` : '';
      return `${typeof text === 'string' ? text : 'no detail'}${where}`;
    })
    .join('; ');
}

async function parsed(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Calls to one server as one caller. */
export interface Api {
  get(path: string): Promise<unknown>;
  post(path: string, body: unknown): Promise<unknown>;
  put(path: string, body: unknown): Promise<unknown>;
}

const requestTimeout = 120_000;

/** Sends a form, as OAuth's endpoints take it. */
export async function postForm(url: string, fields: Readonly<Record<string, string>>): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    body: new URLSearchParams(fields),
    signal: AbortSignal.timeout(requestTimeout),
  });
  const body = await parsed(response);
  if (!response.ok) {
    throw new ApiError(response.status, `POST ${new URL(url).pathname}`, detailOf(body));
  }
  return body;
}

/**
 * An API client over fetch. `token` gives an access token; after a 401 it is asked once more for a new one. Paths are
 * relative to the base URL.
 */
export function createApi(baseUrl: string, token?: (renew: 'renew' | 'keep') => Promise<string>): Api {
  async function send(method: string, path: string, body: unknown, renew: 'renew' | 'keep'): Promise<unknown> {
    const headers: Record<string, string> = { accept: 'application/json', 'x-medplum': 'extended' };
    if (token) {
      headers.authorization = `Bearer ${await token(renew)}`;
    }
    if (body !== undefined) {
      headers['content-type'] = path.startsWith('fhir/') ? 'application/fhir+json' : 'application/json';
    }
    const response = await fetch(new URL(path, baseUrl), {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(requestTimeout),
    });
    const answer = await parsed(response);
    if (response.status === 401 && token && renew === 'keep') {
      return send(method, path, body, 'renew');
    }
    if (!response.ok) {
      throw new ApiError(response.status, `${method} ${path.split('?')[0]}`, detailOf(answer));
    }
    return answer;
  }
  return {
    get: (path) => send('GET', path, undefined, 'keep'),
    post: (path, body) => send('POST', path, body, 'keep'),
    put: (path, body) => send('PUT', path, body, 'keep'),
  };
}

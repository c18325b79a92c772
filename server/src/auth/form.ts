import type { Request } from 'express';
import type { Form } from './client-authentication.ts';
import { OAuthError } from './oauth-error.ts';

/**
 * The parameters of a form post or query, each at most once and none of them empty.
 * @throws OAuthError 400 invalid_request for a repeated parameter and for NUL characters.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-3.2
 */
export function formOf(source: unknown): Form {
  const form: Record<string, string> = {};
  for (const [name, value] of Object.entries((source ?? {}) as Record<string, unknown>)) {
    if (Array.isArray(value)) {
      throw new OAuthError('invalid_request', `${name.slice(0, 64)} is given more than once`);
    }
    if (typeof value === 'string' && value.includes('\u0000')) {
      throw new OAuthError('invalid_request', `${name.slice(0, 64)} has a NUL character`);
    }
    if (typeof value === 'string' && value !== '') {
      form[name] = value;
    }
  }
  return form;
}

/** The form of a POST, whether it came as a form or as JSON (as MedplumClient's logout does). */
export function postedForm(request: Request): Form {
  return formOf(request.body);
}

/** The Authorization header, if any. */
export function authorizationOf(request: Request): string | undefined {
  return request.get('authorization');
}

/** What a mailed link carries: spent at its first use. */
export interface MailedLink {
  readonly id: string;
  readonly secret: string;
}

/** A place in the sign-in app. */
export type LoginPlace =
  | { readonly page: 'sign-in' }
  | { readonly page: 'reset' }
  | { readonly page: 'account' }
  | { readonly page: 'setpassword' | 'verifyemail'; readonly link: MailedLink };

const ACCOUNT = new Set(['apps', 'sessions', 'security']);

/** Which page of the sign-in app an address means; anything unknown is the sign-in. */
export function loginPlace(pathname: string): LoginPlace {
  const [place = '', id, secret] = pathname.replace(/^\/apps\/login\/?/, '').split('/');
  if ((place === 'setpassword' || place === 'verifyemail') && id && secret) {
    return { page: place, link: { id, secret } };
  }
  return { page: ACCOUNT.has(place) ? 'account' : place === 'reset' ? 'reset' : 'sign-in' };
}

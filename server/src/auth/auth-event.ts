/** Everything this room tells the log; never a secret, an e-mail address or a token. */
export type AuthEvent =
  | { readonly event: 'auth.signed-in'; readonly session: string; readonly tenant: number; readonly method: string }
  | {
      readonly event: 'auth.sign-in-refused';
      readonly reason: 'credentials' | 'throttled' | 'no-membership' | 'external';
    }
  | { readonly event: 'auth.token-issued'; readonly session: string; readonly tenant: number; readonly grant: string }
  | { readonly event: 'auth.client-registered'; readonly client: string }
  | { readonly event: 'auth.client-refused'; readonly client: string; readonly reason: string }
  | { readonly event: 'auth.plain-challenge' }
  | { readonly event: 'auth.code-reused'; readonly session: string }
  | { readonly event: 'auth.refresh-reused'; readonly session: string }
  | { readonly event: 'auth.session-ended'; readonly session: string; readonly reason: string }
  | { readonly event: 'auth.factor-enrolled'; readonly user: string }
  | { readonly event: 'auth.factor-removed'; readonly user: string }
  | {
      readonly event: 'auth.new-place';
      readonly session: string;
      readonly tenant: number;
      readonly reason: 'location' | 'device';
    }
  | { readonly event: 'auth.app-consented'; readonly session: string }
  | { readonly event: 'auth.app-state-written'; readonly session: string; readonly tenant: number }
  | { readonly event: 'auth.stepped-up'; readonly session: string }
  | {
      readonly event: 'auth.administered';
      readonly tenant: number;
      readonly reason: string;
      readonly author: string;
      readonly client?: string;
    }
  | {
      readonly event: 'auth.settings-changed';
      readonly tenant: number;
      readonly setting: string;
      readonly session?: string;
    }
  | { readonly event: 'auth.password-changed'; readonly user: string }
  | { readonly event: 'auth.mail-not-configured'; readonly kind: string }
  | { readonly event: 'auth.project-created'; readonly tenant: number }
  | { readonly event: 'auth.member-invited'; readonly tenant: number; readonly membership: string }
  | { readonly event: 'auth.failed'; readonly requestId: string; readonly error: unknown };

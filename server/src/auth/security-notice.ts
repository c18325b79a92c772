import type { User } from '@medplum/fhirtypes';
import type { AuthDependencies } from './auth-dependencies.ts';
import { findById } from './find-resource.ts';

const WORDS = {
  'new-location': {
    subject: 'New sign-in to MindBridge',
    text: 'Somebody signed in to your account from a place from which nobody signed in to it before.',
  },
  'new-device': {
    subject: 'New sign-in to MindBridge',
    text: 'Somebody signed in to your account with a browser or device that was not used for it before.',
  },
  'password-changed': {
    subject: 'Your MindBridge password was changed',
    text: 'The password of your account was changed.',
  },
  'factor-enrolled': {
    subject: 'A second factor was added to MindBridge',
    text: 'An authenticator app or a passkey was added to your account.',
  },
  'factor-removed': {
    subject: 'A second factor was removed from MindBridge',
    text: 'An authenticator app or a passkey was removed from your account.',
  },
} as const;

/** What happened to an account, of which its owner is told. */
export type SecurityNotice = keyof typeof WORDS;

const ADVICE =
  'If it was you, there is nothing to do. If not, end all sessions, choose another password, and tell your clinic.';

/**
 * Tells a person by mail, beside the answer, what happened to her account. The mail holds no address, no secret, and nothing
 * of a record. @see https://pages.nist.gov/800-63-4/sp800-63b.html#account-notifications
 */
export function tellPerson(deps: AuthDependencies, userId: string, notice: SecurityNotice): void {
  const at = deps.clock().toISOString().slice(0, 16).replace('T', ' ');
  const send = async (): Promise<void> => {
    const user = await findById<User>(deps.database, 0, 'User', userId);
    if (user?.email) {
      const { subject, text } = WORDS[notice];
      await deps.mail?.({ to: user.email, subject, text: `${text} (${at} UTC)\n\n${ADVICE}\n` });
    }
  };
  send().catch((error: unknown) => deps.log({ event: 'auth.failed', requestId: `${notice}-mail`, error }));
}

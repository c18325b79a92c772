import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import type { Mail } from './auth/index.ts';

/** How mail leaves this installation. */
export interface MailerSettings {
  /** Such as `smtps://user:password@mail.example:465`; absent where there is no mail service. */
  readonly smtpUrl?: string;
  readonly from: string;
  /** Must the connection be encrypted? */
  readonly requireTls: boolean;
  /** Folder in which messages are kept to be looked at where there is no mail service; absent in production. */
  readonly outbox?: string;
  readonly clock: () => Date;
  /** Told of each message; never its address, subject or text. */
  readonly tell: (what: { readonly outcome: 'sent' | 'kept' }) => void;
}

/** Hands one message on. @throws Error when the mail service does not take it */
export type Mailer = (mail: Mail) => Promise<void>;

/** Opens the mail service; undefined when messages can neither be sent nor kept. */
export function createMailer(settings: MailerSettings): Mailer | undefined {
  const { smtpUrl, outbox } = settings;
  if (smtpUrl !== undefined) {
    return bySmtp(settings, smtpUrl);
  }
  return outbox === undefined ? undefined : keptIn(settings, outbox);
}

function bySmtp({ from, requireTls, tell }: MailerSettings, smtpUrl: string): Mailer {
  const transport = createTransport({
    url: smtpUrl,
    requireTLS: requireTls,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return async ({ to, subject, text }) => {
    await transport.sendMail({ from, to: { name: '', address: to }, subject, text });
    tell({ outcome: 'sent' });
  };
}

/** Keeps each message as a file that its owner alone may read: it may carry a link of one use. */
function keptIn({ clock, tell }: MailerSettings, outbox: string): Mailer {
  return async ({ to, subject, text }) => {
    await mkdir(outbox, { recursive: true, mode: 0o700 });
    const name = `${clock().toISOString().replaceAll(':', '-')}-${randomUUID().slice(0, 8)}.txt`;
    await writeFile(join(outbox, name), `To: ${to}\nSubject: ${subject}\n\n${text}\n`, { mode: 0o600 });
    tell({ outcome: 'kept' });
  };
}

import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createMailer, type MailerSettings } from './mailer.ts';

const mail = { to: 'maria@oakwood.example', subject: 'Reset your password', text: 'https://x.example/link' };
let folder: string;
let told: unknown[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mindbridge-mail-'));
  told = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const settings = (more: Partial<MailerSettings>): MailerSettings => ({
  from: 'MindBridge <no-reply@clinic.example>',
  requireTls: false,
  clock: () => new Date('2026-11-24T12:00:00Z'),
  tell: (what) => told.push(what),
  ...more,
});

/** A mail service that speaks just enough SMTP to take one message. */
async function mailService(): Promise<{ server: Server; url: string; received: string[] }> {
  const received: string[] = [];
  const talk = (socket: Socket): void => {
    let inMessage = false;
    socket.write('220 test\r\n');
    socket.on('data', (data) => {
      for (const line of data.toString().split('\r\n').filter(Boolean)) {
        received.push(line);
        if (inMessage) {
          inMessage = line !== '.';
          socket.write(inMessage ? '' : '250 taken\r\n');
        } else if (line === 'DATA') {
          inMessage = true;
          socket.write('354 go on\r\n');
        } else {
          socket.write(line === 'QUIT' ? '221 bye\r\n' : '250 ok\r\n');
        }
      }
    });
  };
  const server = createServer(talk);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

it('sends by SMTP', async () => {
  const { server, url, received } = await mailService();
  await createMailer(settings({ smtpUrl: url }))?.(mail);
  server.close();
  expect(received.join('\n')).toContain('RCPT TO:<maria@oakwood.example>');
  expect(received.join('\n')).toContain('https://x.example/link');
  expect(told).toEqual([{ outcome: 'sent' }]);
});

it('sends nothing in clear where the connection must be encrypted, and says that it failed', async () => {
  const { server, url, received } = await mailService();
  await expect(createMailer(settings({ smtpUrl: url, requireTls: true }))?.(mail)).rejects.toThrow();
  server.close();
  expect(received.join('\n')).not.toContain('RCPT');
  expect(told).toEqual([]);
});

it('keeps messages for their owner alone where there is no mail service, and tells nothing of them', async () => {
  await createMailer(settings({ outbox: join(folder, 'outbox') }))?.(mail);
  const [file = ''] = await readdir(join(folder, 'outbox'));
  expect(await readFile(join(folder, 'outbox', file), 'utf8')).toContain('To: maria@oakwood.example');
  expect((await stat(join(folder, 'outbox', file))).mode & 0o777).toBe(0o600);
  expect(JSON.stringify(told)).toBe('[{"outcome":"kept"}]');
});

it('is not there where messages can neither be sent nor kept', () => {
  expect(createMailer(settings({}))).toBeUndefined();
});

import { join } from 'node:path';
import { createReadAudit } from './audit/index.ts';
import { type AuthDependencies, createAuth, followSigningKeys } from './auth/index.ts';
import { dataFolder, type OpenGround } from './ground.ts';
import type { HouseRecords } from './house-records.ts';
import { logAuthEvent } from './log-auth-event.ts';
import { createMailer } from './mailer.ts';
import { createGuardedClient, parseAllowList } from './outbound/index.ts';
import { recordAuthEvent } from './record-auth-event.ts';
import { createTenants } from './tenancy/index.ts';

/** Who asks, and what is written down of it. */
export type HouseAuth = Awaited<ReturnType<typeof houseAuth>>;

/** Sign-in with the keys, the mail and the way out that it needs, and the audit of who did what. */
export async function houseAuth(ground: OpenGround, records: HouseRecords) {
  const { config, database, observer, vault, warn, clock } = ground;
  const { indexer, repositoryFor, systemRepository, secondApprover } = records;
  const isProduction = config.nodeEnv === 'production';
  const outbound = createGuardedClient({ allow: parseAllowList(config.outboundAllow), requireHttps: isProduction });
  const audit = createReadAudit(database, clock);
  const recordEvent = recordAuthEvent(database, audit, (error) => warn('audit-sign-in', error));
  const keys = await followSigningKeys(dataFolder(config, 'keys'), (error) => warn('signing-keys', error));
  const mail = createMailer({
    ...(config.smtpUrl !== undefined && { smtpUrl: config.smtpUrl }),
    from: config.mailFrom,
    requireTls: isProduction,
    ...(!isProduction && { outbox: join(config.dataDir, 'outbox') }),
    clock,
    tell: ({ outcome }) => observer.emit({ type: 'mail', outcome }),
  });
  const people: AuthDependencies = {
    database,
    tenants: createTenants(database),
    systemRepository,
    baseUrl: config.baseUrl,
    keys,
    secrets: vault.secrets,
    clock,
    log: (event) => {
      logAuthEvent(observer, event);
      recordEvent(event);
    },
    outbound,
    repositoryFor,
    isSearchable: (type, parameter) => {
      const known = indexer.registry.of(type)?.parameters;
      return known !== undefined && (parameter === undefined || known.has(parameter));
    },
    corsOrigins: config.corsOrigins,
    openRegistration: config.demo,
    plainChallenge: !isProduction,
    ...(mail && { mail }),
    secondApprover,
    loginPath: '/apps/login/',
    apps: [
      { name: 'Risk', path: '/apps/risk/' },
      { name: 'Scribe', path: '/apps/scribe/' },
      { name: 'Coding', path: '/apps/coding/' },
    ],
    ...(config.demo && { demoDir: config.dataDir }),
  };
  return { auth: createAuth(people), people, audit, mail, outbound };
}

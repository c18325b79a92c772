import type { AccessGrant } from './access/index.ts';
import type { ReadAudit } from './audit/index.ts';
import { isSessionLive } from './auth/index.ts';
import type { Bots } from './bots/index.ts';
import type { Config } from './config/index.ts';
import type { Database } from './database/index.ts';
import { invalid, type RequestContext, type StoredResource } from './fhir/index.ts';
import { type HandToBotDependencies, handToBot } from './hand-to-bot.ts';
import type { Observer } from './observability/index.ts';
import { recordNotifications } from './record-event-audit.ts';
import { matchesCriteria, type Repository } from './repository/index.ts';
import type { Search } from './search/index.ts';
import { createSubscriptions, type Subscriptions, type SubscriptionsOptions } from './subscriptions/index.ts';

/** What Subscriptions need of the other rooms. */
export interface SubscriptionRooms {
  readonly config: Config;
  readonly database: Database;
  readonly observer: Observer;
  readonly audit: ReadAudit;
  readonly search: Search;
  readonly bots: Bots;
  readonly sendMail: SubscriptionsOptions['sendMail'];
  readonly allowsOrigin: SubscriptionsOptions['allowsOrigin'];
  /** What a profile may do now, as its policies say and consents leave it; undefined when it is no member. */
  readonly grantNow: (tenant: number, profile: string) => Promise<AccessGrant | undefined>;
  readonly isMember: SubscriptionsOptions['isMember'];
  readonly systemContext: (tenant: number) => RequestContext;
  readonly repositoryFor: (context: RequestContext, grant: AccessGrant) => Repository;
  readonly repositoryAs: (tenant: number, author: string) => Repository;
  readonly log: (worker: string, error: unknown) => void;
  readonly clock: () => Date;
}

/** Subscriptions over the records, with what their authors and bots may see at the moment that something is sent. */
export function houseSubscriptions(rooms: SubscriptionRooms): Subscriptions {
  const { config, database, observer, search, bots, grantNow, systemContext, repositoryFor, log, clock } = rooms;
  const canRead = async (author: string, tenant: number, stored: StoredResource): Promise<boolean> => {
    const grant = await grantNow(tenant, author);
    return grant !== undefined && repositoryFor({ ...systemContext(tenant), author }, grant).canSee(stored);
  };
  const canSee: HandToBotDependencies['canSee'] = (tenant, grant, { type, id, version, content }) =>
    repositoryFor(systemContext(tenant), grant).canSee({
      type,
      id,
      version,
      lastUpdated: clock(),
      deleted: false,
      author: systemContext(tenant).author,
      json: content,
    });
  const recordNotification = recordNotifications(rooms.audit);
  return createSubscriptions({
    database,
    matches: (criteria, resource, tenant) => matchesCriteria(search.forTenant(tenant), criteria, resource) ?? false,
    canRead,
    checkCriteria: (criteria, tenant) => {
      const [type = '', params = ''] = criteria.split(/\?(.*)/s);
      const own = search.forTenant(tenant);
      if (!own.canMatch(own.parse(type, new URLSearchParams(params), { handling: 'strict' }))) {
        throw invalid('criteria-chain', 'criteria can only look at the resource itself, without chains');
      }
    },
    repositoryAs: rooms.repositoryAs,
    isMember: rooms.isMember,
    async runBot(entry, delivery) {
      const handed = await handToBot({ grantOf: grantNow, canSee }, `Bot/${entry.bot}`, delivery);
      return handed ? bots.runBot(entry, handed) : { kind: 'delivered' };
    },
    audit: (sent) => {
      recordNotification(sent);
      const { subscription, tenant, channel, outcome } = sent;
      observer.emit({ type: 'delivery', subscription, tenant, channel, outcome });
    },
    alert: ({ kind, tenant, subscription, number: eventNumber }) =>
      observer.emit({
        ...{ type: 'subscription-alert', alert: kind, subscription, tenant },
        ...(eventNumber !== undefined && { eventNumber }),
      }),
    ...(rooms.sendMail && { sendMail: rooms.sendMail }),
    outboundAllow: config.outboundAllow,
    baseUrl: config.baseUrl,
    allowsOrigin: rooms.allowsOrigin,
    isActive: async ({ login }) => login === undefined || (await isSessionLive(database, login, clock())),
    requireHttps: config.nodeEnv === 'production',
    log,
    clock,
  });
}

import type { Resource } from '@medplum/fhirtypes';
import { type AccessGrant, hiddenFields, redact } from './access/index.ts';
import type { ReadAudit } from './audit/index.ts';
import { isSessionLive } from './auth/index.ts';
import type { Bots } from './bots/index.ts';
import type { Config } from './config/index.ts';
import { type Database, sql } from './database/index.ts';
import type { RequestContext } from './fhir/index.ts';
import { type HandToBotDependencies, handToBot } from './hand-to-bot.ts';
import type { Observer } from './observability/index.ts';
import { recordNotifications } from './record-event-audit.ts';
import { matchesCriteria, type Repository } from './repository/index.ts';
import type { Search, SearchQuery } from './search/index.ts';
import {
  type CanRead,
  createSubscriptions,
  type ShownTo,
  type Subscriptions,
  type SubscriptionsOptions,
} from './subscriptions/index.ts';

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
  /**
   * What a profile may do now, in a session where one is named, as policies and scopes say and consents leave it; undefined
   * when it is no member, or the session is over.
   */
  readonly grantNow: (tenant: number, profile: string, session?: string) => Promise<AccessGrant | undefined>;
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
  const canRead: CanRead = async (author, tenant, stored, session) => {
    const grant = await grantNow(tenant, author, session);
    return grant !== undefined && repositoryFor({ ...systemContext(tenant), author }, grant).canSee(stored);
  };
  const shownTo: ShownTo = async (author, tenant, { type, json }, session) => {
    const grant = await grantNow(tenant, author, session);
    const hidden = grant ? hiddenFields(grant, type) : [];
    return hidden.length > 0 && json !== '' ? JSON.stringify(redact(JSON.parse(json) as Resource, hidden)) : json;
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
  const parsed = (tenant: number, criteria: string): { readonly type: string; readonly query: SearchQuery } => {
    const [type = '', params = ''] = criteria.split(/\?(.*)/s);
    return { type, query: search.forTenant(tenant).parse(type, new URLSearchParams(params), { handling: 'strict' }) };
  };
  const recordNotification = recordNotifications(rooms.audit);
  return createSubscriptions({
    database,
    matches: (criteria, resource, tenant) => matchesCriteria(search.forTenant(tenant), criteria, resource),
    async askStore({ tenant, author }, criteria, rid) {
      const grant = await grantNow(tenant, author);
      if (grant === undefined) {
        return false;
      }
      const { type, query } = parsed(tenant, criteria);
      const condition = await search.condition(grant, query, type, 'r.rid');
      const rows = await database
        .forTenant(tenant)
        .query(
          sql`SELECT 1 FROM resource r WHERE r.tenant = ${tenant} AND r.rid = ${rid} AND NOT r.deleted AND ${condition}`,
        );
      return rows.length > 0;
    },
    canRead,
    shownTo,
    checkCriteria: (criteria, tenant) => search.canMatch(parsed(tenant, criteria).query),
    repositoryAs: rooms.repositoryAs,
    isMember: rooms.isMember,
    async runBot(entry, delivery) {
      const handed = await handToBot({ grantOf: (of, bot) => grantNow(of, bot), canSee }, `Bot/${entry.bot}`, delivery);
      return handed ? bots.runBot(entry, handed) : { kind: 'withheld', error: 'The Bot may not be given this version' };
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

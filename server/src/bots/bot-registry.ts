import { Operator } from '@medplum/core';
import type { Bot, Project, ProjectMembership, ProjectSetting } from '@medplum/fhirtypes';
import type { Database } from '../database/index.ts';
import type { Repository } from '../repository/index.ts';
import { type BotCode, readBotCode } from './bot-code.ts';

/** A bot that can run: its resource and its newest code. */
export interface DeployedBot {
  readonly bot: Bot & { readonly id: string };
  readonly code: BotCode;
}

const MANIFEST = 'https://mindbridge.health/fhir/StructureDefinition/bot-manifest';
/** How long in ms a membership and the secrets of a project may be used before they are read again. */
const FRESH_MS = 5000;

/** What a bot declares about itself. */
export interface DeclaredManifest {
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** Hosts it calls beside this server. */
  readonly egress: readonly string[];
}

/** The manifest of a bot; undefined when it has none, and then its AccessPolicy alone says what it may do. */
export function declaredManifest(bot: Bot): DeclaredManifest | undefined {
  const manifest = (bot.extension ?? []).find(
    (extension) => extension.url === MANIFEST || extension.url.endsWith('/bot-manifest'),
  );
  const values = (url: string): string[] =>
    (manifest?.extension ?? [])
      .filter((part) => part.url === url)
      .map((part) => part.valueCode ?? part.valueString)
      .filter((value) => value !== undefined);
  return manifest && { reads: values('read'), writes: values('write'), egress: values('egress') };
}

interface Cached<T> {
  readonly value: T;
  readonly readAt: number;
}

/** Finds what a run needs: bot, code, membership, secrets. */
export class BotRegistry {
  private readonly database: Database;
  private readonly systemRepository: (tenant: number) => Repository;
  private readonly codes = new Map<string, BotCode>();
  private readonly memberships = new Map<string, Cached<Promise<string | undefined>>>();
  private readonly secrets = new Map<number, Cached<Promise<Record<string, ProjectSetting>>>>();

  constructor(database: Database, systemRepository: (tenant: number) => Repository) {
    this.database = database;
    this.systemRepository = systemRepository;
  }

  /** The bot with its newest code; undefined when there is no such bot, or none was deployed to it. */
  async find(tenant: number, id: string): Promise<DeployedBot | undefined> {
    const [row] = await this.database
      .forTenant(tenant)
      .query<{ content: string; version: number | null; sha256: string | null }>({
        name: 'bot:find',
        text: `SELECT r.content, c.version, c.sha256 FROM resource r LEFT JOIN LATERAL (
          SELECT version, sha256 FROM bot_code WHERE tenant = r.tenant AND bot = r.id ORDER BY version DESC LIMIT 1) c ON true
        WHERE r.tenant = $1 AND r.type = 'Bot' AND r.id = $2 AND NOT r.deleted`,
        values: [tenant, id],
      });
    if (row === undefined || row.version === null) {
      return undefined;
    }
    const key = `${tenant} ${id}`;
    let code = this.codes.get(key);
    if (code?.version !== row.version || code.sha256 !== row.sha256) {
      code = await readBotCode(this.database, { tenant, bot: id }, row.version);
      if (code === undefined) {
        return undefined;
      }
      this.codes.set(key, code);
    }
    return { bot: JSON.parse(row.content) as Bot & { id: string }, code };
  }

  /** Id of the membership of a profile (`Bot/1`, `Practitioner/2`) in the tenant's project. */
  membership(tenant: number, profile: string): Promise<string | undefined> {
    return fresh(this.memberships, `${tenant} ${profile}`, async () => {
      const filters = [{ code: 'profile', operator: Operator.EQUALS, value: profile }];
      const request = { resourceType: 'ProjectMembership' as const, filters, count: 1 };
      const [found] = await this.systemRepository(tenant).searchResources<ProjectMembership>(request);
      return found?.id;
    });
  }

  /** The secrets of the tenant's project by their names. */
  projectSecrets(tenant: number): Promise<Record<string, ProjectSetting>> {
    return fresh(this.secrets, tenant, async () => {
      const [row] = await this.database.query<{ content: string }>({
        name: 'bot:project',
        text: `SELECT r.content FROM tenant t JOIN resource r ON r.tenant IN (0, t.tenant) AND r.type = 'Project' AND r.id = t.project_id
          WHERE t.tenant = $1 AND NOT r.deleted LIMIT 1`,
        values: [tenant],
      });
      const project = row && (JSON.parse(row.content) as Project);
      return Object.fromEntries((project?.secret ?? []).map((secret) => [secret.name, secret]));
    });
  }
}

function fresh<K, T>(cache: Map<K, Cached<Promise<T>>>, key: K, read: () => Promise<T>): Promise<T> {
  const known = cache.get(key);
  const now = performance.now();
  if (known !== undefined && now - known.readAt < FRESH_MS) {
    return known.value;
  }
  const value = read();
  cache.set(key, { value, readAt: now });
  value.catch(() => cache.delete(key));
  return value;
}

/** Deployment against Medplum's mock, with the two admin endpoints that it lacks. @see https://www.medplum.com/docs/bots */
import type { AccessPolicy, Bot, ProjectMembership, Reference } from '@medplum/fhirtypes';
import { MockClient } from '@medplum/mock';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { indexDefinitions } from '../testing/clinic.ts';
import { loadBot } from './catalogue.ts';
import { type BotSource, deployBot } from './deploy-bot.ts';

/** Medplum's mock, with `admin/projects/:id/bot`, `admin/projects/:id/members/:id` and `$deploy` as upstream has them. */
class AdminMock extends MockClient {
  readonly deployed: string[] = [];
  refuseDeploy = false;

  override async post<T>(url: URL | string, body?: unknown, contentType?: string): Promise<T> {
    const path = String(url);
    if (/admin\/projects\/[^/]+\/bot$/.test(path)) {
      const bot = await this.createResource<Bot>({ resourceType: 'Bot', ...(body as Partial<Bot>) });
      const profile = { reference: `Bot/${bot.id}` };
      await this.createResource<ProjectMembership>({
        resourceType: 'ProjectMembership',
        project: { reference: 'Project/1' },
        user: profile,
        profile,
      });
      return bot as T;
    }
    if (/admin\/projects\/[^/]+\/members\//.test(path)) {
      return (await this.updateResource(body as ProjectMembership)) as T;
    }
    if (path.endsWith('$deploy')) {
      if (this.refuseDeploy) {
        throw new Error('Bots not enabled');
      }
      this.deployed.push((body as { code: string }).code);
      return {} as T;
    }
    return super.post(url, body, contentType);
  }
}

let medplum: AdminMock;
let risk: BotSource;

beforeAll(async () => {
  indexDefinitions();
  risk = await loadBot('risk');
});

beforeEach(() => {
  medplum = new AdminMock({ seedDefaultData: false });
});

describe('deployBot', () => {
  it('brings Bot, policy, membership, Device, code and Subscriptions', async () => {
    const steps = await deployBot(medplum, '1', risk);
    expect(steps.filter((step) => step.state === 'refused')).toEqual([]);
    const bot = await medplum.searchOne('Bot');
    const policy = await medplum.searchOne('AccessPolicy', { name: 'ai-risk' });
    const membership = await medplum.searchOne('ProjectMembership', { profile: `Bot/${bot?.id}` });
    expect(membership?.accessPolicy?.reference).toBe(`AccessPolicy/${policy?.id}`);
    expect(medplum.deployed).toEqual([risk.bundle.code]);
    const subscriptions = await medplum.searchResources('Subscription');
    expect(subscriptions.map((each) => each.criteria).sort()).toEqual(
      risk.subscriptions.map((each) => each.criteria).sort(),
    );
    expect(subscriptions.every((each) => each.channel.endpoint === `Bot/${bot?.id}`)).toBe(true);
  });

  it('binds no policy to a run on a server that knows no runs', async () => {
    await medplum.createResource<AccessPolicy>({
      resourceType: 'AccessPolicy',
      name: 'ai-risk',
      resource: [{ resourceType: 'Patient', criteria: 'Patient?_compartment=%patients' }],
    });
    await deployBot(medplum, '1', await loadBot('risk', 'sdk'));
    const bot = await medplum.searchOne('Bot');
    const membership = await medplum.searchOne('ProjectMembership', { profile: `Bot/${bot?.id}` });
    const policy = await medplum.readReference(membership?.accessPolicy as Reference<AccessPolicy>);
    expect(JSON.stringify(policy)).not.toContain('%');
    expect(policy.resource?.map(({ resourceType }) => resourceType)).toContain('RiskAssessment');
  });

  it('does nothing the second time', async () => {
    await deployBot(medplum, '1', risk);
    const [step, ...others] = await deployBot(medplum, '1', risk);
    expect(step).toMatchObject({ state: 'unchanged' });
    expect(others).toEqual([]);
    expect(medplum.deployed).toHaveLength(1);
  });

  it('deploys changed code again, without a second Bot or Subscription', async () => {
    await deployBot(medplum, '1', risk);
    const bundle = { ...risk.bundle, code: `${risk.bundle.code}//`, hash: 'changed' };
    await deployBot(medplum, '1', { ...risk, bundle });
    expect(medplum.deployed).toHaveLength(2);
    expect(await medplum.searchResources('Bot', { _total: 'accurate' })).toHaveLength(1);
    expect(await medplum.searchResources('Subscription')).toHaveLength(risk.subscriptions.length);
  });

  it('ends a Subscription that is no longer declared', async () => {
    await deployBot(medplum, '1', risk);
    const [first, ...rest] = risk.subscriptions;
    await deployBot(medplum, '1', { ...risk, subscriptions: rest });
    medplum.invalidateAll();
    const ended = (await medplum.searchResources('Subscription')).filter((each) => each.status === 'off');
    expect(ended.map((each) => each.criteria)).toEqual([first?.criteria]);
  });

  it('reports a refused step with its reason, and tries again next time', async () => {
    medplum.refuseDeploy = true;
    const steps = await deployBot(medplum, '1', risk);
    expect(steps.filter((step) => step.state === 'refused')).toEqual([
      { bot: 'risk', what: 'code', state: 'refused', reason: 'Bots not enabled' },
    ]);
    medplum.refuseDeploy = false;
    await deployBot(medplum, '1', risk);
    expect(medplum.deployed).toHaveLength(1);
  });
});

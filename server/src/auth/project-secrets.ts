import type { WithId } from '@medplum/core';
import type { Project } from '@medplum/fhirtypes';
import { z } from 'zod';
import type { AuthDependencies } from './auth-dependencies.ts';
import type { AdminRequest } from './project-admin.ts';
import { SETTING } from './project-settings.ts';

/** `POST admin/projects/:id/secrets`: the whole list of secrets, each name once. */
export const PROJECT_SECRETS = z
  .array(SETTING)
  .max(100)
  .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, {
    message: 'each may be there once',
    path: ['name'],
  });

/**
 * Replaces the secrets that bots of a project are given, in both places where it is kept (sealed by the vault). The answer
 * names them without their values; a name that comes back without one keeps what it has.
 * @see https://www.medplum.com/docs/bots/bot-secrets
 */
export async function changeSecrets(
  deps: AuthDependencies,
  { tenant, project, state }: AdminRequest,
  secret: z.infer<typeof PROJECT_SECRETS>,
): Promise<WithId<Project>> {
  const held = new Map((project.secret ?? []).map((one) => [one.name, one]));
  const isNamedOnly = (one: object) => Object.keys(one).length === 1;
  const changed: WithId<Project> = {
    ...project,
    secret: secret.map((one) => (isNamedOnly(one) ? (held.get(one.name) ?? one) : one)),
  };
  const saved = await deps.systemRepository(tenant).updateResource<Project>(changed);
  await deps.systemRepository(0).updateResource<Project>(changed);
  deps.log({ event: 'auth.settings-changed', tenant, setting: 'secret', session: state.sessionId });
  return withoutSecrets(saved);
}

/** A project as an answer shows it: its secrets by their names alone. */
export function withoutSecrets(project: WithId<Project>): WithId<Project> {
  const { secret, ...rest } = project;
  return secret ? { ...rest, secret: secret.map(({ name }) => ({ name })) } : rest;
}

/** `GET admin/projects/:id`: what the administration of Medplum's app shows of a project. */
export function projectDetails(project: WithId<Project>): { readonly project: Partial<Project> } {
  const { id, name, secret, setting } = withoutSecrets(project);
  return { project: { id, name, ...(secret && { secret }), ...(setting && { setting }) } };
}

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
 * names them without their values.
 * @see https://www.medplum.com/docs/bots/bot-secrets
 */
export async function changeSecrets(
  deps: AuthDependencies,
  { tenant, project, state }: AdminRequest,
  secret: z.infer<typeof PROJECT_SECRETS>,
): Promise<WithId<Project>> {
  const changed: WithId<Project> = { ...project, secret };
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

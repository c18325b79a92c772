import type { Project } from '@medplum/fhirtypes';
import type { Request } from 'express';
import { forbidden, notFound } from '../fhir/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import type { AuthState } from './auth-state.ts';
import type { Authenticator } from './authenticate.ts';
import type { NewClinic } from './clinic.ts';
import { findById } from './find-resource.ts';

/** A request by somebody who may administer the project it names. */
export interface AdminRequest extends NewClinic {
  readonly state: AuthState;
}

/**
 * Admits project admins to their own project and the platform's operators to every one. Admins of other projects get
 * the answer for an unknown project.
 * @throws FhirError 401, 403 for members without admin rights, 404
 */
export async function adminRequest(
  deps: AuthDependencies,
  authenticator: Authenticator,
  request: Request,
): Promise<AdminRequest> {
  const state = await authenticator.authenticate(request);
  const id = String(request.params.projectId);
  if (!state.isSuperAdmin && state.project.id !== id) {
    throw notFound();
  }
  if (!state.isSuperAdmin && !state.isProjectAdmin) {
    throw forbidden('admin-required', 'Only admins of the project may do this');
  }
  const tenant = await deps.tenants.numberOf(id);
  const project = tenant === undefined ? undefined : await findById<Project>(deps.database, tenant, 'Project', id);
  if (tenant === undefined || !project) {
    throw notFound();
  }
  return { state, tenant, project };
}

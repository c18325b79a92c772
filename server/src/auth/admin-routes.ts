import {
  CHANGED_MEMBER,
  changeMember,
  endMember,
  memberOf,
  NEW_BOT,
  NEW_CLIENT,
  newBot,
  newClient,
} from './admin-endpoints.ts';
import { administered, type DoorMaker, OK, type Route } from './door.ts';
import { INVITE, invite } from './invite.ts';
import { adminRequest } from './project-admin.ts';
import { changeSecrets, PROJECT_SECRETS, projectDetails, withoutSecrets } from './project-secrets.ts';
import { changeSettings, PROJECT_SETTINGS } from './project-settings.ts';

/** The doors of the administration of a project. */
export function adminRoutes({ deps, authenticator, admin, fhir }: DoorMaker): Route[] {
  return [
    fhir('get', '/admin/projects/:projectId', async (request, response) => {
      const { project } = await adminRequest(deps, authenticator, request);
      response.json(projectDetails(project));
    }),
    admin('invite', INVITE, (project, body) => invite(deps, project, body)),
    admin('client', NEW_CLIENT, (project, body) => newClient(deps, project, body), 201),
    admin('bot', NEW_BOT, (project, body) => newBot(deps, project, body), 201),
    admin('settings', PROJECT_SETTINGS, async (project, body) =>
      withoutSecrets(await changeSettings(deps, project, body)),
    ),
    admin('secrets', PROJECT_SECRETS, (project, body) => changeSecrets(deps, project, body)),
    admin('members/:membershipId', CHANGED_MEMBER, (project, body, request) =>
      changeMember(deps, project, String(request.params.membershipId), body),
    ),
    fhir('get', '/admin/projects/:projectId/members/:membershipId', async (request, response) => {
      const project = await adminRequest(deps, authenticator, request);
      response.json(await memberOf(deps, project, String(request.params.membershipId)));
    }),
    fhir('delete', '/admin/projects/:projectId/members/:membershipId', async (request, response) => {
      const project = await adminRequest(deps, authenticator, request);
      await endMember(deps, project, String(request.params.membershipId));
      administered(deps, authenticator, project, 'members/:membershipId');
      response.json(OK);
    }),
  ];
}

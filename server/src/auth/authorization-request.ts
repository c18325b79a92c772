import type { ClientApplication } from '@medplum/fhirtypes';
import type { Form } from './client-authentication.ts';
import type { Found } from './find-resource.ts';

/** An authorization request, found good. */
export interface AuthorizationRequest {
  readonly form: Form;
  readonly client?: Found<ClientApplication>;
  readonly redirectUri: string;
  readonly scope: string;
}

import type { ResourceType } from '@medplum/fhirtypes';
import { useMedplum } from './app-context.ts';

/** Does the person's access policy open records of this type at all? True where no policy says; the server decides. */
export function useMayRead(type: ResourceType): boolean {
  const rules = useMedplum().getAccessPolicy()?.resource;
  return rules === undefined || rules.some(({ resourceType }) => resourceType === type || resourceType === '*');
}

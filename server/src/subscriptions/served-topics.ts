import type { Extension } from '@medplum/fhirtypes';
import { topics } from './topics.ts';

const BACKPORT = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition';

/** How the CapabilityStatement tells of Subscription: the profile of the backport, and the topics. */
export const servedSubscriptions: {
  readonly supportedProfile: readonly string[];
  readonly extension: readonly Extension[];
} = {
  supportedProfile: [`${BACKPORT}/backport-subscription`],
  extension: [...topics.keys()].map((topic) => ({
    url: `${BACKPORT}/capabilitystatement-subscriptiontopic-canonical`,
    valueCanonical: topic,
  })),
};

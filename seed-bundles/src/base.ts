import type { AccessPolicy, Bundle } from '@medplum/fhirtypes';
import { accessPolicies } from './policies/policies.ts';

/** A transaction that creates or replaces one AccessPolicy by its name. */
export function policyBundle(policy: AccessPolicy): Bundle {
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      {
        fullUrl: `https://mindbridge.health/fhir/seed/AccessPolicy/${policy.name}`,
        resource: policy,
        request: { method: 'PUT', url: `AccessPolicy?name=${policy.name}` },
      },
    ],
  };
}

/** The numbered bundles of `base/` by file name. */
export function baseFiles(): Map<string, string> {
  return new Map(
    accessPolicies().map((policy, index) => [
      `${String((index + 1) * 10).padStart(3, '0')}-access-policy-${policy.name}.json`,
      `${JSON.stringify(policyBundle(policy), undefined, 1)}\n`,
    ]),
  );
}

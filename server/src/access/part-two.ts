import type { Coding, Resource } from '@medplum/fhirtypes';
import { patientCompartmentTypes } from './patient-compartment.ts';
import { hasLabel, withLabels } from './security-labels.ts';
import { mentionsSubstanceUse } from './substance-use-codes.ts';

const ACT_CODE = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';
const PART_TWO = '42CFRPart2';

/** Records of a substance use programme: protected by 42 CFR Part 2, about substance abuse, restricted. */
const LABELS: readonly Coding[] = [
  { system: ACT_CODE, code: PART_TWO },
  { system: ACT_CODE, code: 'ETH' },
  { system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'R' },
];

/**
 * Labels a record that says something of substance use, within the write itself. A label that is there stays there,
 * whatever a client writes; `applies` says whether the clinic is a programme under the regulation.
 * @see https://www.ecfr.gov/current/title-42/section-2.11
 */
export async function labelPartTwo<T extends Resource>(
  before: Resource | undefined,
  after: T,
  applies: () => boolean | Promise<boolean>,
): Promise<T> {
  if (after.resourceType === 'Patient' || !patientCompartmentTypes().has(after.resourceType)) {
    return after;
  }
  if (hasLabel(before, PART_TWO)) {
    return withLabels(after, LABELS);
  }
  return mentionsSubstanceUse(after) && (await applies()) ? withLabels(after, LABELS) : after;
}

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

/** Can a record of this type be labelled? */
const isLabelled = (type: string): boolean => type !== 'Patient' && patientCompartmentTypes().has(type);

/** Does a record lack the label that its codes ask for? `codes` are those of the clinic itself. */
export function needsPartTwoLabel(resource: Resource, codes?: ReadonlySet<string>): boolean {
  return isLabelled(resource.resourceType) && !hasLabel(resource, PART_TWO) && mentionsSubstanceUse(resource, codes);
}

/**
 * Labels a record that says something of substance use, within the write itself. A label that is there stays there,
 * whatever a client writes; `program` says whether the clinic is a programme under the regulation, and its own codes.
 * @see https://www.ecfr.gov/current/title-42/section-2.11
 */
export async function labelPartTwo<T extends Resource>(
  before: Resource | undefined,
  after: T,
  program: () => Program | Promise<Program>,
): Promise<T> {
  if (!isLabelled(after.resourceType)) {
    return after;
  }
  if (hasLabel(before, PART_TWO)) {
    return withLabels(after, LABELS);
  }
  const found = program();
  const { applies, codes } = found instanceof Promise ? await found : found;
  return applies && mentionsSubstanceUse(after, codes) ? withLabels(after, LABELS) : after;
}

/** What a clinic is under the regulation. */
interface Program {
  readonly applies: boolean;
  readonly codes?: ReadonlySet<string>;
}

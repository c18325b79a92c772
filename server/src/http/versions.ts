import type { Parameters } from '@medplum/fhirtypes';
import type { Operation } from '../repository/index.ts';
import type { FhirAnswer } from './fhir-request.ts';

/** Major and minor of the one version of FHIR that is spoken. */
const VERSION = '4.0';
const JSON_TYPE = 'application/json';

const PARAMETERS: Parameters = {
  resourceType: 'Parameters',
  parameter: [
    { name: 'version', valueCode: VERSION },
    { name: 'default', valueCode: VERSION },
  ],
};

/** The versions of FHIR: a Parameters resource, or plain JSON for whoever wants no FHIR. */
export function versionsAnswer(accept: string | undefined): FhirAnswer {
  return accept === JSON_TYPE
    ? { status: 200, contentType: JSON_TYPE, body: JSON.stringify({ versions: [VERSION], default: VERSION }) }
    : { status: 200, body: JSON.stringify(PARAMETERS) };
}

/**
 * `[base]/$versions` for those who are signed in; the door answers everybody else by the same words.
 * @see https://hl7.org/fhir/R4/capabilitystatement-operation-versions.html
 */
export const versionsOperation: Operation = {
  name: '$versions',
  level: 'system',
  types: [],
  methods: ['GET'],
  definition: 'http://hl7.org/fhir/OperationDefinition/CapabilityStatement-versions',
  async handle({ headers }) {
    const { body, contentType } = versionsAnswer(String(headers.accept ?? ''));
    return contentType && body ? { raw: { contentType, body } } : { resource: PARAMETERS };
  },
};

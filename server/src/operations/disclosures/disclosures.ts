import type { Parameters, ParametersParameter } from '@medplum/fhirtypes';
import { patientReach } from '../../access/index.ts';
import { type Disclosure, disclosuresOf } from '../../audit/index.ts';
import type { Database } from '../../database/index.ts';
import { forbidden, invalid, notFound } from '../../fhir/index.ts';
import type { Operation, OperationRequest } from '../../repository/index.ts';

const NAME = '$disclosures';

function instant(request: OperationRequest, name: string): Date | undefined {
  const value = request.query.get(name);
  if (value === null) {
    return undefined;
  }
  const at = new Date(value.replace(' ', '+'));
  if (Number.isNaN(at.getTime())) {
    throw invalid('instant', `Needed a date or an instant in ${name}`, name);
  }
  return at;
}

function accessPart(disclosure: Disclosure): ParametersParameter {
  const { agent, client, on_behalf_of: person, purpose } = disclosure;
  return {
    name: 'access',
    part: [
      { name: 'agent', valueReference: agent === '' ? { display: 'unknown' } : { reference: agent } },
      ...(person === '' ? [] : [{ name: 'onBehalfOf', valueReference: { reference: person } }]),
      ...(client === '' ? [] : [{ name: 'client', valueString: client }]),
      ...(purpose === '' ? [] : [{ name: 'purpose', valueCode: purpose }]),
      { name: 'interaction', valueCode: disclosure.interaction },
      ...(disclosure.type === '' ? [] : [{ name: 'type', valueCode: disclosure.type }]),
      { name: 'count', valueInteger: disclosure.count },
      { name: 'first', valueInstant: disclosure.first.toISOString() },
      { name: 'last', valueInstant: disclosure.last.toISOString() },
    ],
  };
}

/**
 * Patient/[id]/$disclosures?start=…&end=…: who saw or changed the patient's records, through which client, for what, how
 * often and when. For whoever may search AuditEvents of that patient.
 * @see https://www.ecfr.gov/current/title-45/section-164.528
 */
export function disclosuresOperation(database: Database): Operation {
  return {
    name: NAME,
    level: 'instance',
    types: ['Patient'],
    methods: ['GET'],
    definition: 'https://mindbridge.health/fhir/OperationDefinition/disclosures',
    async handle(request) {
      const id = request.id ?? '';
      const reach = patientReach(request.grant, 'AuditEvent', 'search');
      if (reach === 'none') {
        throw forbidden('interaction-denied', 'You may not search AuditEvent');
      }
      if (reach !== 'all' && !reach.has(id)) {
        throw notFound();
      }
      const period = { from: instant(request, 'start'), before: instant(request, 'end') };
      const found = await disclosuresOf(database, request.context.tenant, id, period);
      const resource: Parameters = { resourceType: 'Parameters', parameter: found.map(accessPart) };
      return { resource };
    },
  };
}

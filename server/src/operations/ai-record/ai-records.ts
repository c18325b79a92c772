import type { Database } from '../../database/index.ts';
import { forbidden, notFound } from '../../fhir/index.ts';
import type { Operation } from '../../repository/index.ts';
import { aiRecordsOf, verifyAiRecords } from './ai-record.ts';

const DEFINITION = 'https://mindbridge.health/fhir/OperationDefinition';

const json = (body: unknown) => ({
  raw: { contentType: 'application/json; charset=utf-8', body: JSON.stringify(body) },
});

/**
 * `[type]/{id}/$ai-records`: what is on record of an AI's output, for those who may read it.
 * `$verify-ai-records`: whether the clinic's chain of records holds, for those who may read its audit.
 */
export function aiRecordOperations(database: Database): Operation[] {
  return [
    {
      name: '$ai-records',
      level: 'instance',
      types: ['*'],
      methods: ['GET'],
      definition: `${DEFINITION}/ai-records`,
      async handle({ repository, context, resourceType = '', id = '' }) {
        const stored = await repository.readStored(resourceType, id);
        const records = await aiRecordsOf(database, context.tenant, `${stored.type}/${stored.id}`);
        if (records.length === 0) {
          throw notFound();
        }
        return json({ records });
      },
    },
    {
      name: '$verify-ai-records',
      level: 'system',
      types: [],
      methods: ['GET'],
      definition: `${DEFINITION}/verify-ai-records`,
      async handle({ context, grant }) {
        const mayAudit = grant.ruleSets.every((set) => set.rulesFor('AuditEvent', 'search').length > 0);
        if (!mayAudit) {
          throw forbidden('interaction-denied', 'Only those who may read the audit verify its chains');
        }
        return json(await verifyAiRecords(database, context.tenant));
      },
    },
  ];
}

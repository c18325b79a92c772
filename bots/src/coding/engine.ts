import { standardSystem } from '@mindbridge/fhir-profiles';
import type { EngineIdentity } from '../kit/index.ts';
import { curatedTables } from './curated-table.ts';

/** Identity of this engine; a change of a rule or of the curated table is a new version. */
export const codingEngine: EngineIdentity = {
  name: 'coding-embedded',
  version: '1.1.0',
  display: 'MindBridge coding engine',
  validator: 'mindbridge-code-table/1.0.0',
  terminologies: curatedTables.map(({ version }) => `${standardSystem.icd10cm}|${version}`),
};

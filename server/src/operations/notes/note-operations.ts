import type { Operation } from '../../repository/index.ts';
import { draftNote } from './draft-note.ts';
import { claimEvidence, noteEvidence } from './evidence.ts';
import type { NoteDependencies } from './note-dependencies.ts';
import { review } from './review.ts';
import { sign } from './sign.ts';

const DEFINITION = 'https://mindbridge.health/fhir/OperationDefinition';

/** From a recorded visit to a signed note. */
export function noteOperations(deps: NoteDependencies): Operation[] {
  const instance = (type: string, name: string, method: 'GET' | 'POST', handle: Operation['handle']): Operation => ({
    name,
    level: 'instance',
    types: [type],
    methods: [method],
    definition: `${DEFINITION}/${type}-${name.slice(1)}`,
    handle,
  });
  return [
    instance('Encounter', '$draft-note', 'POST', (request) => draftNote(deps, request)),
    instance('DocumentReference', '$review', 'POST', (request) => review(deps, request)),
    instance('DocumentReference', '$sign', 'POST', (request) => sign(deps, request)),
    instance('DocumentReference', '$evidence', 'GET', noteEvidence),
    instance('Claim', '$evidence', 'GET', claimEvidence),
  ];
}

import type { TerminologyCapabilities } from '@medplum/fhirtypes';
import type { Served } from './capabilities.ts';

/** One version of a code system whose codes are known here. */
export interface ServedCodeSystem {
  readonly system: string;
  readonly version?: string;
}

/** The parameters of `$expand` that change its answer. */
const EXPANSION = [
  'filter',
  'count',
  'offset',
  'activeOnly',
  'excludeNested',
  'excludeNotForUI',
  'includeDesignations',
];

/** The TerminologyCapabilities of the running server. @see https://hl7.org/fhir/R4/terminologycapabilities.html */
export function terminologyCapabilities(
  { fhirUrl, version, date }: Pick<Served, 'fhirUrl' | 'version' | 'date'>,
  systems: readonly ServedCodeSystem[],
): TerminologyCapabilities {
  const bySystem = Map.groupBy(systems, ({ system }) => system);
  return {
    resourceType: 'TerminologyCapabilities',
    id: 'mindbridge',
    url: `${fhirUrl}metadata?mode=terminology`,
    name: 'MindBridgeTerminology',
    title: 'Terminology of the MindBridge Health AI FHIR R4 server',
    status: 'active',
    date: date.toISOString(),
    kind: 'instance',
    software: { name: 'MindBridge', version },
    implementation: { description: 'MindBridge Health AI', url: fhirUrl },
    codeSystem: [...bySystem].map(([uri, releases]) => {
      const versions = releases.flatMap(({ version: code }) => (code === undefined ? [] : [{ code }]));
      return { uri, ...(versions.length > 0 && { version: versions }), subsumption: true };
    }),
    expansion: {
      hierarchical: true,
      paging: true,
      incomplete: true,
      parameter: [...EXPANSION, 'includeDefinition', 'displayLanguage'].map((name) => ({ name })),
      textFilter: 'Words that begin or are part of a display or a code, without case and accents',
    },
    codeSearch: 'all',
    validateCode: { translations: false },
    translation: { needsMap: false },
  };
}

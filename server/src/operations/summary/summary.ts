import { randomUUID } from 'node:crypto';
import type {
  Bundle,
  BundleEntry,
  Composition,
  CompositionSection,
  Device,
  Patient,
  Resource,
} from '@medplum/fhirtypes';
import { hiddenFields, redact } from '../../access/index.ts';
import { FhirError, gone, invalid, notFound, type StoredResource } from '../../fhir/index.ts';
import type { Operation, OperationRequest, OperationResponse } from '../../repository/index.ts';
import type { Search } from '../../search/index.ts';
import { operationParameters, refuseUnknown } from '../parameters.ts';
import { listNarrative, textNarrative } from './narrative.ts';
import { SECTIONS, type SummarySection } from './sections.ts';

/** What `$summary` needs from the house. */
export interface SummaryDependencies {
  readonly search: Search;
  /** FHIR base with a trailing slash. */
  readonly fhirUrl: string;
  readonly clock: () => Date;
}

/** Resources that one search puts into a section; the newest come first. */
const PER_SEARCH = 100;
const EMPTY = 'http://terminology.hl7.org/CodeSystem/list-empty-reason';
const RELATED =
  /"reference":"((?:Practitioner|PractitionerRole|Organization|Medication|Location)\/[A-Za-z0-9\-.]{1,64})"/g;
const PROFILE = 'http://hl7.org/fhir/uv/ips/StructureDefinition';

/** The resource as this caller may see it. */
function shown(request: OperationRequest, { type, json }: StoredResource): Resource {
  const resource = redact(JSON.parse(json) as Resource, hiddenFields(request.grant, type));
  const { accounts: _, ...meta } = resource.meta ?? {};
  return { ...resource, meta };
}

interface Filled {
  readonly section: SummarySection;
  readonly found: readonly StoredResource[];
  /** The caller may not search some of it. */
  readonly withheld: boolean;
}

async function filled(
  { search }: SummaryDependencies,
  request: OperationRequest,
  id: string,
  section: SummarySection,
): Promise<Filled> {
  const found: StoredResource[] = [];
  let withheld = false;
  for (const written of section.searches) {
    const [type, criteria] = written.split(/\?(.*)/s);
    const params = new URLSearchParams(criteria);
    params.set('patient', `Patient/${id}`);
    params.set('_count', String(PER_SEARCH));
    try {
      const page = await request.repository.searchPage(search.parse(type, params, { handling: 'strict' }));
      found.push(...page.entries.map((entry) => entry.stored));
    } catch (error) {
      if (!(error instanceof FhirError) || error.status !== 403) {
        throw error;
      }
      withheld = true;
    }
  }
  return { section, found, withheld };
}

function sectionOf(request: OperationRequest, { section, found, withheld }: Filled): CompositionSection | undefined {
  const head = {
    title: section.title,
    code: { coding: [{ system: 'http://loinc.org', code: section.code, display: section.display }] },
  };
  if (found.length > 0) {
    const resources = found.map((stored) => shown(request, stored));
    const entry = found.map(({ type, id }) => ({ reference: `${type}/${id}` }));
    return { ...head, text: listNarrative(resources), entry };
  }
  if (!section.required) {
    return undefined;
  }
  const code = withheld ? 'withheld' : 'unavailable';
  const text = withheld ? 'Withheld from the reader of this summary' : 'No information available';
  return { ...head, text: textNarrative(text), emptyReason: { coding: [{ system: EMPTY, code }], text } };
}

function compositionOf(patient: Patient, sections: CompositionSection[], author: string, date: string): Composition {
  return {
    resourceType: 'Composition',
    meta: { profile: [`${PROFILE}/Composition-uv-ips`] },
    text: textNarrative('International Patient Summary'),
    status: 'final',
    type: { coding: [{ system: 'http://loinc.org', code: '60591-5', display: 'Patient summary Document' }] },
    subject: { reference: `Patient/${patient.id}` },
    date,
    author: [{ reference: author, display: 'MindBridge Health AI' }],
    title: 'International Patient Summary',
    section: sections,
  };
}

/** Who and what the summary points to outside of itself. */
function related(request: OperationRequest, found: readonly StoredResource[]): Promise<StoredResource[]> {
  const references = new Set(
    found.flatMap(({ json }) => [...json.matchAll(RELATED)].map((match) => match[1] as string)),
  );
  return request.repository.readStoredAll([...references]);
}

async function summaryOf(
  dependencies: SummaryDependencies,
  request: OperationRequest,
  id: string,
): Promise<OperationResponse> {
  const stored = await request.repository.readStored('Patient', id);
  if (stored.deleted) {
    throw gone();
  }
  const parts: Filled[] = [];
  for (const section of SECTIONS) {
    parts.push(await filled(dependencies, request, id, section));
  }
  const found = parts.flatMap((part) => part.found);
  const others = await related(request, [stored, ...found]);
  const sections = parts.flatMap((part) => sectionOf(request, part) ?? []);
  const date = dependencies.clock().toISOString();
  const author = `urn:uuid:${randomUUID()}`;
  const device: Device = {
    resourceType: 'Device',
    deviceName: [{ name: 'MindBridge Health AI', type: 'manufacturer-name' }],
  };
  const composition = compositionOf(shown(request, stored) as Patient, sections, author, date);
  const distinct = new Map([stored, ...found, ...others].map((one) => [`${one.type}/${one.id}`, one]));
  const entry: BundleEntry[] = [
    { fullUrl: `urn:uuid:${randomUUID()}`, resource: composition },
    ...[...distinct].map(([reference, one]) => ({
      fullUrl: `${dependencies.fhirUrl}${reference}`,
      resource: shown(request, one),
    })),
    { fullUrl: author, resource: device },
  ];
  const bundle: Bundle = {
    resourceType: 'Bundle',
    meta: { profile: [`${PROFILE}/Bundle-uv-ips`] },
    identifier: { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${randomUUID()}` },
    type: 'document',
    timestamp: date,
    entry,
  };
  return { resource: bundle };
}

async function byIdentifier(dependencies: SummaryDependencies, request: OperationRequest): Promise<string> {
  const pairs = operationParameters(request);
  const identifier = pairs.find(([name]) => name === 'identifier')?.[1];
  if (identifier === undefined) {
    throw invalid('operation-parameter', "'identifier' is needed where the URL names no patient", 'identifier');
  }
  const params = new URLSearchParams({ identifier, _count: '2' });
  const page = await request.repository.searchPage(dependencies.search.parse('Patient', params));
  if (page.entries.length > 1) {
    throw invalid('summary-ambiguous', 'Several patients have that identifier', 'identifier');
  }
  const [only] = page.entries;
  if (!only) {
    throw notFound();
  }
  return only.stored.id;
}

/**
 * `Patient/[id]/$summary` and `Patient/$summary?identifier=`: an International Patient Summary as the caller may see it,
 * made from the records alone: nothing in it is guessed, and what is not known is said to be unavailable.
 * @see https://hl7.org/fhir/uv/ips/STU1.1/OperationDefinition-summary.html
 */
export function summaryOperations(dependencies: SummaryDependencies): Operation[] {
  const base = {
    name: '$summary',
    types: ['Patient'],
    methods: ['GET', 'POST'],
    definition: 'http://hl7.org/fhir/uv/ips/OperationDefinition/summary',
  } as const;
  return [
    {
      ...base,
      level: 'instance',
      async handle(request) {
        refuseUnknown(operationParameters(request), ['profile', 'graph']);
        return summaryOf(dependencies, request, request.id as string);
      },
    },
    {
      ...base,
      level: 'type',
      async handle(request) {
        refuseUnknown(operationParameters(request), ['identifier', 'profile', 'graph']);
        return summaryOf(dependencies, request, await byIdentifier(dependencies, request));
      },
    },
  ];
}

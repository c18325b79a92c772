import type { AuditEvent, AuditEventAgent, AuditEventEntity, Coding } from '@medplum/fhirtypes';
import type { StoredResource } from '../fhir/index.ts';
import { ACTION_OF } from './audit-query.ts';
import type { SealedEntry } from './sealed-entry.ts';

const BALP = 'https://profiles.ihe.net/ITI/BALP';
const DICOM = 'http://dicom.nema.org/resources/ontology/DCM';
const ENTITY_TYPE = 'http://terminology.hl7.org/CodeSystem/audit-entity-type';
const ENTITY_ROLE = 'http://terminology.hl7.org/CodeSystem/object-role';
const REST: Coding = { system: 'http://terminology.hl7.org/CodeSystem/audit-event-type', code: 'rest' };

/** Interactions that are no FHIR interaction: events of signing in. */
const SIGN_IN: ReadonlySet<string> = new Set(['authenticate', 'login', 'logout', 'token']);

/** Profile of BALP by action; a search is a Query. @see https://profiles.ihe.net/ITI/BALP/ */
function profileOf(interaction: string): string | undefined {
  if (interaction.startsWith('search')) {
    return `${BALP}/StructureDefinition/IHE.BasicAudit.Query`;
  }
  const name = { C: 'Create', R: 'Read', U: 'Update', D: 'Delete' }[ACTION_OF[interaction] ?? ''];
  return name && `${BALP}/StructureDefinition/IHE.BasicAudit.${name}`;
}

const agentType = (system: string, code: string): AuditEventAgent['type'] => ({ coding: [{ system, code }] });

function agentsOf(entry: SealedEntry): AuditEventAgent[] {
  const agents: AuditEventAgent[] = [
    {
      type: agentType('http://terminology.hl7.org/CodeSystem/v3-ParticipationType', 'IRCP'),
      who: entry.agent === '' ? { display: 'unknown' } : { reference: entry.agent },
      requestor: true,
    },
  ];
  if (entry.on_behalf_of !== '') {
    agents.push({
      type: agentType('http://terminology.hl7.org/CodeSystem/v3-RoleClass', 'PROV'),
      who: { reference: entry.on_behalf_of },
      requestor: false,
    });
  }
  if (entry.client !== '') {
    agents.push({
      type: agentType(DICOM, '110153'),
      who: { identifier: { value: entry.client } },
      altId: entry.client,
      requestor: false,
    });
  }
  return agents;
}

/** The patients of an entry. */
export function entryPatients(entry: SealedEntry): readonly string[] {
  return entry.patients ?? (entry.patient === '' ? [] : [entry.patient]);
}

const patientEntity = (id: string): AuditEventEntity => ({
  what: { reference: `Patient/${id}` },
  type: { system: ENTITY_TYPE, code: '1' },
  role: { system: ENTITY_ROLE, code: '1' },
});

function recordEntity(entry: SealedEntry): AuditEventEntity {
  const version = entry.version > 0 ? `/_history/${entry.version}` : '';
  return {
    ...(entry.id !== '' && { what: { reference: `${entry.type}/${entry.id}${version}` } }),
    ...(entry.id === '' && { name: entry.type }),
    type: { system: ENTITY_TYPE, code: '2' },
    role: { system: ENTITY_ROLE, code: entry.id === '' ? '24' : '4' },
    ...(entry.detail !== '' && { detail: [{ type: 'detail', valueString: entry.detail }] }),
  };
}

function entitiesOf(entry: SealedEntry, patients: readonly string[]): AuditEventEntity[] {
  const entities = patients.map(patientEntity);
  if (
    entry.type !== '' &&
    !(entry.type === 'Patient' && patients.length === 1 && entry.version === 0 && entry.id !== '')
  ) {
    entities.push(recordEntity(entry));
  }
  return [
    ...entities,
    {
      what: { identifier: { value: entry.request_id } },
      type: { system: `${BALP}/CodeSystem/BasicAuditEntityType`, code: 'XrequestId' },
    },
  ];
}

/** An entry as AuditEvent, shaped after BALP; `only` leaves out the patients that the reader has nothing to do with. */
export function auditEventOf(entry: SealedEntry, only?: ReadonlySet<string>): AuditEvent {
  const patients = entryPatients(entry).filter((id) => !only || only.has(id));
  const recorded = new Date(Number(entry.micros) / 1000).toISOString();
  const profile = profileOf(entry.interaction);
  return {
    resourceType: 'AuditEvent',
    id: entry.seq,
    meta: { versionId: '1', lastUpdated: recorded, ...(profile && { profile: [profile] }) },
    type: SIGN_IN.has(entry.interaction) ? { system: DICOM, code: '110114', display: 'User Authentication' } : REST,
    subtype: [
      entry.interaction.startsWith('$')
        ? { system: 'http://hl7.org/fhir/restful-interaction', code: 'operation', display: entry.interaction }
        : { system: 'http://hl7.org/fhir/restful-interaction', code: entry.interaction },
    ],
    action: (ACTION_OF[entry.interaction] ?? 'E') as AuditEvent['action'],
    recorded,
    outcome: entry.outcome as AuditEvent['outcome'],
    ...(entry.purpose !== '' && {
      purposeOfEvent: [
        { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: entry.purpose }] },
      ],
    }),
    agent: agentsOf(entry),
    source: { observer: { display: 'MindBridge' }, site: `tenant-${entry.tenant}` },
    entity: entitiesOf(entry, patients),
  };
}

/** The AuditEvent as a stored version, which is how the http room shows resources. */
export function storedAuditEvent(entry: SealedEntry, only?: ReadonlySet<string>): StoredResource {
  const event = auditEventOf(entry, only);
  return {
    type: 'AuditEvent',
    id: entry.seq,
    version: 1,
    lastUpdated: new Date(event.recorded ?? ''),
    deleted: false,
    author: 'system',
    json: JSON.stringify(event),
  };
}

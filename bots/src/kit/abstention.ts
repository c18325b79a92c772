import type { BundleEntry, Device, GuidanceResponse, Reference } from '@medplum/fhirtypes';
import { codeSystemUrl } from '@mindbridge/fhir-profiles';
import { botCanonical } from './canonicals.ts';
import { localUuid } from './local-uuid.ts';
import type { Abstention } from './outcome.ts';
import { labelled } from './stamp.ts';

/** What the record of an abstention says beside its reason. */
export interface AbstentionRecord {
  /** Name of the bot. */
  readonly bot: string;
  /** Key of the run. */
  readonly runKey: string;
  readonly abstention: Abstention;
  readonly patient?: string;
  readonly encounter?: string;
  readonly device: Reference<Device>;
  readonly now: Date;
}

/** An abstention as a GuidanceResponse: a normal result that says why nothing was drafted. @see https://hl7.org/fhir/R4/guidanceresponse.html */
export function abstentionEntry(record: AbstentionRecord): BundleEntry<GuidanceResponse> {
  const { bot, runKey, abstention, patient, encounter } = record;
  const resource = labelled<GuidanceResponse>({
    resourceType: 'GuidanceResponse',
    identifier: [{ system: botCanonical.noteRun, value: runKey }],
    moduleCanonical: `${botCanonical.bot}/${bot}`,
    status: abstention.code.endsWith('-missing') ? 'data-required' : 'failure',
    ...(patient && { subject: { reference: patient } }),
    ...(encounter && { encounter: { reference: encounter } }),
    occurrenceDateTime: record.now.toISOString(),
    performer: record.device,
    reasonCode: [{ coding: [{ system: codeSystemUrl.abstention, code: abstention.code }], text: abstention.reason }],
  });
  return {
    fullUrl: `urn:uuid:${localUuid(`${runKey} abstention`)}`,
    resource,
    request: { method: 'POST', url: 'GuidanceResponse' },
  };
}

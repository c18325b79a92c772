import type { Consent } from '@medplum/fhirtypes';
import { codeSystemUrl, consentCoding } from '@mindbridge/fhir-profiles';

/** From whom a patient keeps records: the clinic's AI, or apps of others. */
export type OptOutKind = 'ai' | 'apps';

/** What a patient refuses to one kind of recipient. */
export interface OptOut {
  readonly kind: OptOutKind;
  /** Resource types; empty for the whole record. */
  readonly types: readonly string[];
  readonly since?: string;
  readonly consent: Consent;
}

const CODINGS = { ai: consentCoding.optOutAi, apps: consentCoding.optOutApps } as const;
const SCOPE = { system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' };
const RESOURCE_TYPES = 'http://hl7.org/fhir/resource-types';
const WORDS: Readonly<Record<OptOutKind, string>> = {
  ai: 'No bot and no model reads these records.',
  apps: 'No app of others reads these records.',
};

/** Finds the refusals of a patient that are in force. */
export function optOutQuery(patient: string): string {
  const categories = Object.values(CODINGS).map(({ code }) => `${codeSystemUrl.consent}|${code}`);
  return `patient=Patient/${patient}&status=active&category=${categories.join(',')}&_sort=-_lastUpdated&_count=20`;
}

/** Reads the refusals among consents, the newest of each kind first. */
export function optOuts(consents: readonly Consent[]): readonly OptOut[] {
  return consents.flatMap((consent): OptOut[] => {
    const codes = (consent.category ?? []).flatMap(({ coding = [] }) => coding.map(({ code }) => code));
    const kind = (['ai', 'apps'] as const).find((one) => codes.includes(CODINGS[one].code));
    const refuses = consent.status === 'active' && consent.provision?.type === 'deny';
    const types = (consent.provision?.class ?? []).flatMap(({ code }) => code ?? []);
    return kind && refuses ? [{ kind, types, since: consent.dateTime, consent }] : [];
  });
}

/** The consent by which a patient refuses; without types the whole record. @see https://hl7.org/fhir/R4/consent.html */
export function optOutConsent(patient: string, kind: OptOutKind, types: readonly string[], now: Date): Consent {
  return {
    resourceType: 'Consent',
    status: 'active',
    scope: { coding: [SCOPE] },
    category: [{ coding: [CODINGS[kind]] }],
    patient: { reference: `Patient/${patient}` },
    performer: [{ reference: `Patient/${patient}` }],
    dateTime: now.toISOString(),
    policyRule: { text: WORDS[kind] },
    provision: {
      type: 'deny',
      ...(types.length > 0 && { class: types.map((code) => ({ system: RESOURCE_TYPES, code })) }),
    },
  };
}

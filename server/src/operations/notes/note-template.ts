import type { Coding } from '@medplum/fhirtypes';
import { loincCoding, noteSectionCoding } from '@mindbridge/fhir-profiles';

/** A section of a note template. */
export interface TemplateSection {
  readonly code: string;
  readonly title: string;
}

/** Names of the templates in which a note can be drafted. */
export const TEMPLATE_NAMES = ['SOAP', 'APSO', 'DAP', 'BIRP'] as const;
export type TemplateName = (typeof TEMPLATE_NAMES)[number];

const { subjective, objective, assessment, plan, data, behavior, intervention, response } = noteSectionCoding;
const sectionOf = ({ code, display }: { code: string; display: string }): TemplateSection => ({ code, title: display });

/** The sections of each template in their order. */
export const TEMPLATES: Readonly<Record<TemplateName, readonly TemplateSection[]>> = {
  SOAP: [subjective, objective, assessment, plan].map(sectionOf),
  APSO: [assessment, plan, subjective, objective].map(sectionOf),
  DAP: [data, assessment, plan].map(sectionOf),
  BIRP: [behavior, intervention, response, plan].map(sectionOf),
};

const LOINC: ReadonlyMap<string, Coding> = new Map<string, Coding>([
  ['subjective', loincCoding.subjective],
  ['objective', loincCoding.objective],
  ['assessment', loincCoding.assessment],
  ['plan', loincCoding.plan],
]);

/** The codings of a section: ours, and LOINC's where it has one. */
export function sectionCodings(code: string): Coding[] {
  const own = Object.values(noteSectionCoding).find((coding) => coding.code === code);
  const standard = LOINC.get(code);
  return [...(standard ? [standard] : []), ...(own ? [own] : [])];
}

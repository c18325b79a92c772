import type { DraftSentence, SectionName } from './draft-note.ts';

/** Templates in which a note can be drafted. */
export const templateNames = ['SOAP', 'APSO', 'DAP', 'BIRP'] as const;

/** A template in which a note can be drafted. */
export type TemplateName = (typeof templateNames)[number];

/** A section of a template: its code, its heading, and which sentences it takes. */
export interface TemplateSection {
  readonly code: string;
  readonly title: string;
  takes(sentence: DraftSentence): boolean;
}

const SUBJECTIVE: readonly SectionName[] = ['complaint', 'history', 'review'];
const OBJECTIVE: readonly SectionName[] = ['exam', 'results'];

const about =
  (...sections: readonly SectionName[]) =>
  ({ section }: DraftSentence): boolean =>
    sections.includes(section);

/** What a clinician did in the visit itself, as opposed to what is to come. */
const DONE =
  /\b(?:discussed|explained|reviewed|educat\w+|encourag\w+|counsel\w+|taught|practi[cs]ed|explored|validated|supported|reassured|advis\w+|recommend\w*|gave|inject\w+|demonstrat\w+)\b/i;
const isIntervention = (sentence: DraftSentence): boolean => sentence.section === 'plan' && DONE.test(sentence.text);

const subjective: TemplateSection = { code: 'subjective', title: 'Subjective', takes: about(...SUBJECTIVE) };
const objective: TemplateSection = { code: 'objective', title: 'Objective', takes: about(...OBJECTIVE) };
const assessment: TemplateSection = { code: 'assessment', title: 'Assessment', takes: about('assessment') };
const plan: TemplateSection = { code: 'plan', title: 'Plan', takes: about('plan', 'response') };

/** The sections of each template, in the order in which they stand; together they take every sentence once. */
export const templates: Readonly<Record<TemplateName, readonly TemplateSection[]>> = {
  SOAP: [subjective, objective, assessment, plan],
  APSO: [assessment, plan, subjective, objective],
  DAP: [{ code: 'data', title: 'Data', takes: about(...SUBJECTIVE, ...OBJECTIVE) }, assessment, plan],
  BIRP: [
    { code: 'behavior', title: 'Behavior', takes: about(...SUBJECTIVE, ...OBJECTIVE, 'assessment') },
    { code: 'intervention', title: 'Intervention', takes: isIntervention },
    { code: 'response', title: 'Response', takes: about('response') },
    { code: 'plan', title: 'Plan', takes: (sentence) => sentence.section === 'plan' && !isIntervention(sentence) },
  ],
};

/** The template of a name in any spelling; undefined for a name that is none. */
export function templateNamed(name: string | undefined): TemplateName | undefined {
  const wanted = name?.trim().toUpperCase();
  return templateNames.find((each) => each === wanted);
}

import type { MeasureReport, MeasureReportGroupPopulation } from '@medplum/fhirtypes';

/** How much of the drafts of one section was kept. */
export interface SectionAcceptance {
  readonly section: string;
  readonly kept: number;
  readonly edited: number;
  readonly removed: number;
  readonly added: number;
  /** 0 to 1; undefined where nothing was drafted. */
  readonly share?: number;
}

/** What reviewers made of the drafts of one engine and prompt version. */
export interface EngineAcceptance {
  /** "soap-embedded/1.0.0 with soap/1.0.0". */
  readonly engine: string;
  readonly decisions: number;
  readonly accepted: number;
  readonly edited: number;
  readonly rejected: number;
  /** Mean seconds from looking to deciding. */
  readonly seconds?: number;
  /** 0 to 1. */
  readonly share?: number;
  readonly sections: readonly SectionAcceptance[];
}

function countOf(populations: readonly MeasureReportGroupPopulation[] | undefined, name: string): number {
  return populations?.find(({ code }) => code?.text === name)?.count ?? 0;
}

/** Reads the report of `$ai-acceptance`; a clinic without decisions has none. */
export function aiAcceptance(report: MeasureReport): readonly EngineAcceptance[] {
  return (report.group ?? []).map((group) => {
    const of = (name: string): number => countOf(group.population, name);
    const decisions = of('decisions');
    return {
      engine: group.code?.text ?? 'Not named',
      decisions,
      accepted: of('accepted'),
      edited: of('edited'),
      rejected: of('rejected'),
      ...(decisions > 0 && { seconds: Math.round(of('seconds') / decisions) }),
      share: group.measureScore?.value,
      sections: (group.stratifier?.[0]?.stratum ?? []).map((stratum) => {
        const count = (name: string): number => countOf(stratum.population, name);
        return {
          section: stratum.value?.coding?.[0]?.display ?? stratum.value?.text ?? 'Section',
          kept: count('kept'),
          edited: count('edited'),
          removed: count('removed'),
          added: count('added'),
          share: stratum.measureScore?.value,
        };
      }),
    };
  });
}

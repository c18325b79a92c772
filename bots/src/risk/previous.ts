import type { Extension, RiskAssessment } from '@medplum/fhirtypes';
import { extensionUrl, riskBandCoding } from '@mindbridge/fhir-profiles';
import { versionedReference } from '../kit/index.ts';
import { bandOf, bands } from './bands.ts';
import type { PreviousScore } from './change.ts';
import type { Contribution } from './engine.ts';
import { factorCodes } from './facts.ts';

const contributionFactors: readonly Contribution['factor'][] = [...factorCodes, 'cap', 'floor'];

/** The score that an assessment carries; undefined when it carries none of ours. */
export function scoreOf(assessment: RiskAssessment | undefined): number | undefined {
  return assessment?.extension?.find((each) => each.url === extensionUrl.riskScore)?.valueInteger;
}

/** The band as it was coded then, whatever the clinic's bands are now. */
function codedBand(assessment: RiskAssessment, score: number): PreviousScore['band'] {
  const codings = assessment.prediction?.[0]?.qualitativeRisk?.coding ?? [];
  const coded = codings.find(({ system }) => system === riskBandCoding.low.system)?.code;
  return bands.find((band) => band === coded) ?? bandOf(score);
}

/** Reads score and contributions back out of a RiskAssessment; undefined when it carries no score of ours. */
export function previousScore(assessment: RiskAssessment | undefined): PreviousScore | undefined {
  const score = scoreOf(assessment);
  const reference = assessment && versionedReference(assessment);
  if (score === undefined || !reference) {
    return undefined;
  }
  const contributions = (assessment.extension ?? [])
    .filter((each) => each.url === extensionUrl.riskContribution)
    .flatMap(readContribution);
  return { reference, score, band: codedBand(assessment, score), contributions };
}

function readContribution(extension: Extension): PreviousScore['contributions'][number][] {
  const part = (url: string): Extension | undefined => extension.extension?.find((each) => each.url === url);
  const factor = contributionFactors.find((code) => code === part('factor')?.valueCode);
  const points = part('points')?.valueDecimal;
  return factor && points !== undefined ? [{ factor, points, value: part('value')?.valueQuantity?.value }] : [];
}

import type { Extension, RiskAssessment } from '@medplum/fhirtypes';
import { extensionUrl } from '@mindbridge/fhir-profiles';
import { versionedReference } from '../kit/index.ts';
import type { PreviousScore } from './change.ts';
import { bandOf, type Contribution } from './engine.ts';
import { factorCodes } from './facts.ts';

const contributionFactors: readonly Contribution['factor'][] = [...factorCodes, 'cap', 'floor'];

/** Reads score and contributions back out of a RiskAssessment; undefined when it carries no score of ours. */
export function previousScore(assessment: RiskAssessment | undefined): PreviousScore | undefined {
  const score = assessment?.extension?.find((each) => each.url === extensionUrl.riskScore)?.valueInteger;
  const reference = assessment && versionedReference(assessment);
  if (score === undefined || !reference) {
    return undefined;
  }
  const contributions = (assessment.extension ?? [])
    .filter((each) => each.url === extensionUrl.riskContribution)
    .flatMap(readContribution);
  return { reference, score, band: bandOf(score), contributions };
}

function readContribution(extension: Extension): PreviousScore['contributions'][number][] {
  const part = (url: string): Extension | undefined => extension.extension?.find((each) => each.url === url);
  const factor = contributionFactors.find((code) => code === part('factor')?.valueCode);
  const points = part('points')?.valueDecimal;
  return factor && points !== undefined ? [{ factor, points, value: part('value')?.valueQuantity?.value }] : [];
}

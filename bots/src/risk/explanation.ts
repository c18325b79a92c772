import type { Extension, Quantity } from '@medplum/fhirtypes';
import { extensionUrl, standardSystem } from '@mindbridge/fhir-profiles';
import { type BandCuts, standardCuts } from './bands.ts';
import type { RiskChange } from './change.ts';
import type { Counterfactual } from './counterfactual.ts';
import type { Contribution } from './engine.ts';
import type { Trend } from './trend.ts';

const units: Readonly<Partial<Record<Contribution['factor'], string>>> = {
  'crisis-calls': '{calls}',
  'medication-adherence': '%',
  'missed-appointments': '{appointments}',
  'days-since-seen': 'd',
};

/** A factor's value as a UCUM quantity; scores of instruments count in `{score}`. */
export function factorQuantity(factor: Contribution['factor'], value: number): Quantity {
  const code = units[factor] ?? '{score}';
  return { value, unit: code.replace(/[{}]/g, ''), system: standardSystem.ucum, code };
}

/** One contribution as an extension of the RiskAssessment. */
export function contributionExtension(contribution: Contribution): Extension {
  const { factor, value, points, state, basis } = contribution;
  return {
    url: extensionUrl.riskContribution,
    extension: [
      { url: 'factor', valueCode: factor },
      ...(value === undefined ? [] : [{ url: 'value', valueQuantity: factorQuantity(factor, value) }]),
      { url: 'points', valueDecimal: points },
      { url: 'state', valueCode: state },
      ...basis.map((reference) => ({ url: 'basis', valueReference: { reference } })),
    ],
  };
}

/** One change that would move the band, as an extension. */
export function counterfactualExtension(change: Counterfactual): Extension {
  return {
    url: extensionUrl.riskCounterfactual,
    extension: [
      { url: 'factor', valueCode: change.factor },
      { url: 'from', valueQuantity: factorQuantity(change.factor, change.from) },
      { url: 'to', valueQuantity: factorQuantity(change.factor, change.to) },
      { url: 'band', valueCode: change.band },
    ],
  };
}

/** What changed since the last score: first the score itself, then each factor that moved. */
export function changeExtensions(change: RiskChange | undefined): Extension[] {
  if (!change) {
    return [];
  }
  const whole: Extension = {
    url: extensionUrl.riskChange,
    extension: [
      { url: 'from', valueInteger: change.fromScore },
      { url: 'to', valueInteger: change.toScore },
      { url: 'points', valueDecimal: change.toScore - change.fromScore },
      { url: 'previous', valueReference: { reference: change.previous } },
    ],
  };
  const factors = change.factors.map(({ factor, from, to, points }) => ({
    url: extensionUrl.riskChange,
    extension: [
      { url: 'factor', valueCode: factor },
      ...(from === undefined ? [] : [{ url: 'from', valueQuantity: factorQuantity(factor, from) }]),
      ...(to === undefined ? [] : [{ url: 'to', valueQuantity: factorQuantity(factor, to) }]),
      { url: 'points', valueDecimal: points },
    ],
  }));
  return [whole, ...factors];
}

/** How the weeks before went, as an extension. */
export function trendExtension({ of, direction, perWeek, weeks, values, since }: Trend): Extension {
  return {
    url: extensionUrl.riskTrend,
    extension: [
      { url: 'of', valueCode: of },
      { url: 'direction', valueCode: direction },
      { url: 'perWeek', valueDecimal: perWeek },
      { url: 'weeks', valueInteger: weeks },
      { url: 'values', valueInteger: values },
      { url: 'since', valueDate: since },
    ],
  };
}

/** Where the clinic's bands begin; nothing where they are the standard ones. */
export function bandExtensions(cuts: BandCuts): Extension[] {
  const names = ['medium', 'high', 'critical'] as const;
  return names.every((name) => cuts[name] === standardCuts[name])
    ? []
    : [
        {
          url: extensionUrl.riskBands,
          extension: names.map((name) => ({ url: `${name}From`, valueInteger: cuts[name] })),
        },
      ];
}

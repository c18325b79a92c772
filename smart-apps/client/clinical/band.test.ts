import { codeSystemUrl, standardSystem } from '@mindbridge/fhir-profiles';
import { describe, expect, it } from 'vitest';
import { bandOf, bandOfScore, isHigh } from './band.ts';

/** @see https://hl7.org/fhir/R4/valueset-risk-probability.html */
describe('bandOf', () => {
  it('prefers our band over the standard probability, wherever it stands', () => {
    const concept = {
      coding: [
        { system: standardSystem.riskProbability, code: 'high' },
        { system: codeSystemUrl.riskBand, code: 'critical' },
      ],
    };
    expect(bandOf([concept])).toBe('critical');
  });

  it('reads the standard probability of a foreign assessment', () => {
    expect(bandOf([{ coding: [{ system: standardSystem.riskProbability, code: 'moderate' }] }])).toBe('medium');
  });

  it('is unknown, never low, for nothing, an empty concept and a foreign code', () => {
    expect(bandOf(undefined)).toBe('unknown');
    expect(bandOf([{}])).toBe('unknown');
    expect(bandOf([{ coding: [{ system: 'urn:x', code: 'low' }] }])).toBe('unknown');
    expect(bandOf([{ coding: [{ system: codeSystemUrl.riskBand, code: 'purple' }] }])).toBe('unknown');
  });
});

describe('bandOfScore', () => {
  it.each([
    [0, 'low'],
    [39.9, 'low'],
    [40, 'medium'],
    [69, 'medium'],
    [70, 'high'],
    [89, 'high'],
    [90, 'critical'],
    [100, 'critical'],
  ] as const)('puts %d into %s', (score, band) => expect(bandOfScore(score)).toBe(band));

  it('is unknown without a score', () => expect(bandOfScore(undefined)).toBe('unknown'));
});

it('counts critical within high', () => {
  expect(isHigh('critical')).toBe(true);
  expect(isHigh('high')).toBe(true);
  expect(isHigh('medium')).toBe(false);
});

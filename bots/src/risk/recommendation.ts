import type { Band } from './bands.ts';

const texts: Readonly<Record<Band, string>> = {
  critical: 'Immediate psychiatric evaluation required. Contact within 24 hours. Consider daily check-ins.',
  high: 'Contact today. Review the crisis plan and what stands in the way of medication. Offer the next free appointment.',
  medium: 'Contact at the next planned visit or within two weeks. Review adherence and missed visits.',
  low: 'Continue the current plan. Reassess at the next visit.',
};

/** What the clinic is advised to do, by band. */
export function recommendationFor(band: Band): string {
  return texts[band];
}

/** Who treats and who is treated: labels are names, are swapped, or are absent. */
import { describe, expect, it } from 'vitest';
import { turns } from '../kit/text/index.ts';
import { partsOf } from './speaker-roles.ts';

const said = [
  ['a', 'What brings you in today?'],
  ['b', "I've had burning since Sunday."],
  ['a', 'Any fever? Are you allergic to anything?'],
  ['b', 'No fever. Sulfa, I get hives.'],
  ['a', "You have an infection. I'm going to prescribe nitrofurantoin. Come back if you get a fever."],
] as const;

const rolesOf = (a: string, b: string): string =>
  partsOf(turns(said.map(([who, words]) => `[${who === 'a' ? a : b}] ${words}`).join('\n')))
    .map(({ role }) => role.charAt(0))
    .join('');

describe('partsOf', () => {
  it.each([
    ['doctor', 'patient'],
    ['patient', 'doctor'],
    ['sarah chen, md', 'tunde'],
    ['gp', 'mrs okafor'],
    ['speaker 1', 'speaker 2'],
    ['guest_clinician', 'guest_family'],
    ['', ''],
  ])('reads [%s] and [%s]', (a, b) => {
    expect(rolesOf(a, b)).toBe('cpcpc');
  });

  it('names who speaks for the patient', () => {
    expect(partsOf(turns('[doctor] any vomiting?\n[mom] he vomited once.'))[1]).toEqual({
      role: 'patient',
      informant: 'mother',
    });
  });
});

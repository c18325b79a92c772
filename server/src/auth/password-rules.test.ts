/**
 * @see https://pages.nist.gov/800-63-4/sp800-63b.html#passwordver
 * @see security.md S62
 */
import PACKAGE from '@zxcvbn-ts/language-common';
import { describe, expect, it } from 'vitest';
import { isBreached, passwordFault } from './password-rules.ts';

describe('S62: length', () => {
  it('is 15 alone and 8 beside a second factor, counted in characters', () => {
    expect(passwordFault('twelve grapes')).toMatch(/15 characters/);
    expect(passwordFault('twelve grapes', { hasSecondFactor: true })).toBeUndefined();
    expect(passwordFault('grapes7', { hasSecondFactor: true })).toMatch(/8 characters/);
    expect(passwordFault('🦉🦊🦉🦊🌲🌵🌷🌾', { hasSecondFactor: true })).toBeUndefined();
  });

  it('takes 64 and more, any Unicode, blanks, and no rule of composition', () => {
    expect(
      passwordFault('velvet anchors drift past quiet lighthouses while nobody counts them at dusk'),
    ).toBeUndefined();
    expect(passwordFault('невероятный зелёный верблюд')).toBeUndefined();
    expect(passwordFault('x'.repeat(1025))).toMatch(/1024/);
  });
});

describe('S62: what is guessed first', () => {
  it.each([
    'passwordpassword',
    'Password1234567890',
    'P@ssw0rdP@ssw0rd!',
    '123456789012345',
    '1111111111111111',
    'qwertyuiopasdfghjkl',
    '1qaz2wsx3edc4rfv',
    'abcabcabcabcabcabc',
    'iloveyou-iloveyou-2024',
    'sunshineprincess99',
    'correcthorsebatterystaple',
    'Liverpool!Football!2023',
    '2024-01-01 2024-01-01',
    'letmein letmein letmein',
    'trustno1trustno1trustno1',
    'zyxwvutsrqponmlkj',
    'Summer2024Summer2024',
    'mindbridge-clinic-1',
    'momsanaladventure',
    'MailCreated5240',
    '1QAZXSW23EDCVFR4',
    'hd764nw5d7e1vb1',
    'Football1Dragon123',
    'qwerty123456QWERTY123456',
    'Chewbacca-2026!',
  ])('refuses %s', (password) => {
    expect(isBreached(password)).toBe(true);
  });

  it('knows tens of thousands of breached passwords, whatever their letter case', () => {
    const breached = PACKAGE.dictionary['passwords-common'].filter((password) => password.length >= 8);
    expect(breached.length).toBeGreaterThan(15_000);
    expect(breached.filter((password) => !isBreached(password.toUpperCase()))).toEqual([]);
  });

  it('refuses what is made of the person’s own name and address', () => {
    expect(isBreached('Maria.Lopez-2026-Lopez', ['Maria', 'Lopez', 'maria.lopez'])).toBe(true);
    expect(isBreached('Maria.Lopez-2026-Lopez')).toBe(false);
  });

  it.each([
    'Maria-at-Oakwood-demo-2026',
    'a brand new phrase',
    'violet staircase humming',
    'k7G-pq2-Wzt-91x-mm',
    'my uncle paints barns',
    'seven-84-otters-at-dawn',
    '8#2k!chewie=77q+1',
  ])('takes %s', (password) => {
    expect(passwordFault(password, { context: ['Maria', 'Lopez'] })).toBeUndefined();
  });
});

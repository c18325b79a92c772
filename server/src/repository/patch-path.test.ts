// https://hl7.org/fhir/R4/fhirpatch.html
import { describe, expect, test } from 'vitest';
import { assertPatchPath } from './patch-path.ts';

describe('assertPatchPath', () => {
  test.each([
    'Patient.birthDate',
    "Patient.name.where(use = 'official' and family.exists()).given[0]",
    "Patient.identifier.where(value = 'matches(x)').first()",
  ])('takes %s', (path) => {
    expect(() => assertPatchPath(path, [])).not.toThrow();
  });

  test.each([
    ["Patient.name.where(family.matches('^(a+)+$'))", 'matches()'],
    ['Patient.descendants().descendants()', 'descendants()'],
    ["Patient.name.where(family.replaceMatches ('(a+)+','') = 'x')", 'replaceMatches()'],
    [`Patient${'.where(active = true)'.repeat(5)}`, '4 conditions'],
  ])('refuses %s', (path, why) => {
    expect(() => assertPatchPath(path, [])).toThrow(why);
  });

  test('refuses to ask for hidden elements, also in a condition', () => {
    const hidden = ['telecom', 'deceased[x]', 'contact.name'];
    for (const path of [
      "Patient.where(telecom.value = '555').active",
      'Patient.deceased',
      'Patient.deceasedBoolean',
      'Patient.contact[0].gender',
    ]) {
      expect(() => assertPatchPath(path, hidden), path).toThrow('does not have');
    }
    expect(() => assertPatchPath("Patient.where(active = true).name.where(text = 'telecom')", hidden)).not.toThrow();
  });
});

import type { Resource } from '@medplum/fhirtypes';
import { expect, test } from 'vitest';
import { evaluatedExpression } from './evaluated-expression.ts';

const deceased = evaluatedExpression('Patient', 'Patient.deceased.exists() and Patient.deceased != false');
const name = [{ family: 'Lopez' }];

test.each([
  [{ resourceType: 'Patient' }, false],
  [{ resourceType: 'Patient', name }, false],
  [{ resourceType: 'Patient', deceasedBoolean: true }, true],
  [{ resourceType: 'Patient', deceasedBoolean: false }, false],
  [{ resourceType: 'Patient', name, deceasedDateTime: '2026-01-01' }, true],
  [{ resourceType: 'Patient' }, false],
])('what is named by the first letters of a choice is looked at: %j', (resource, value) => {
  expect(deceased(resource as Resource).map((found) => found.value)).toEqual([value]);
});

test('an extension that the expression names by its URL is looked at', () => {
  const asserted = evaluatedExpression('Condition', "Condition.extension.where(url = 'urn:a').valueDateTime");
  const extension = [{ url: 'urn:a', valueDateTime: '2026-11-24' }];
  const condition = { resourceType: 'Condition', subject: {}, extension } as Resource;
  expect(asserted(condition).map((found) => found.value)).toEqual(['2026-11-24']);
  expect(asserted({ resourceType: 'Condition', subject: {} })).toEqual([]);
});

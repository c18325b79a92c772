/**
 * FHIRPath Patch over a whole server.
 * @see https://hl7.org/fhir/R4/fhirpatch.html
 */
import type { OperationOutcome, Parameters, ParametersParameter, Patient } from '@medplum/fhirtypes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issuesOf, startTestServer, type TestClinic, type TestServer } from './testing.ts';
import { addMember } from './testing-member.ts';

let server: TestServer;
let clinic: TestClinic;
beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic();
  const telecom = [{ system: 'phone', value: '555' }];
  const name = [{ family: `${'a'.repeat(40)}!` }];
  await clinic.request('PUT', 'Patient/p', {
    resourceType: 'Patient',
    id: 'p',
    name,
    telecom,
    contact: [{ name: { text: 'c' } }],
  });
});
afterAll(() => server.close());

const operation = (type: string, path: string, ...rest: ParametersParameter[]): Parameters => ({
  resourceType: 'Parameters',
  parameter: [
    { name: 'operation', part: [{ name: 'type', valueCode: type }, { name: 'path', valueString: path }, ...rest] },
  ],
});
const patch = <T = OperationOutcome>(body: Parameters, by: Pick<TestClinic, 'request'> = clinic) =>
  by.request<T>('PATCH', 'Patient/p', body);

describe('FHIRPath Patch', () => {
  it('removes the last element of a list with the list', async () => {
    const { status, body, text } = await patch<Patient>(operation('delete', 'Patient.contact'));
    expect(status, text).toBe(200);
    expect(body).not.toHaveProperty('contact');
  });

  it('refuses operations that are none', async () => {
    for (const body of [
      operation('nonsense', 'Patient.active'),
      { resourceType: 'Parameters', parameter: [{ name: 'x' }] },
    ]) {
      const answer = await patch(body as Parameters);
      expect([answer.status, issuesOf(answer.body)]).toEqual([400, [['patch-format', 'Parameters.parameter[0]']]]);
    }
  });

  it('says which operation does not apply, and why', async () => {
    const value = { name: 'value', valueString: 'x' };
    for (const [body, reason] of [
      [operation('replace', 'Patient.birthDate', value), 'leads to nothing'],
      [operation('replace', 'Patient.telecom.where(', value), 'is no FHIRPath'],
      [operation('insert', 'Patient.name', { name: 'index', valueInteger: 9 }, value), 'outside the list'],
    ] as const) {
      const answer = await patch(body);
      expect(answer.status).toBe(422);
      expect(answer.body.issue[0]?.details?.text).toMatch(new RegExp(`^Operation 0 .*${reason}$`));
    }
  });

  it('runs no pattern that a crafted text could hold up, and is quick to say so', async () => {
    const value = { name: 'value', valueString: 'x' };
    const { status, body } = await patch(
      operation('replace', "Patient.name.where(family.matches('^(a+)+$')).family", value),
    );
    expect([status, issuesOf(body)[0]?.[0]]).toEqual([400, 'patch-path']);
  });

  it('S45: does not tell of hidden elements by a condition', async () => {
    const clerk = await addMember(server, clinic, [{ resourceType: 'Patient', hiddenFields: ['telecom'] }]);
    const value = { name: 'value', valueBoolean: true };
    const asked = (number: string) =>
      patch(operation('replace', `Patient.where(telecom.value = '${number}').active`, value), clerk);
    const [right, wrong] = [await asked('555'), await asked('556')];
    expect([right.status, right.text]).toEqual([400, wrong.text]);
  });
});

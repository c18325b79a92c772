import { describe, expect, it } from 'vitest';
import type { Operation } from '../repository/index.ts';
import { operationDefinitions } from './operation-definitions.ts';

const operation = (name: string, level: Operation['level'], extra: Partial<Operation> = {}): Operation => ({
  name,
  level,
  types: level === 'system' ? [] : ['Encounter'],
  methods: ['POST'],
  definition: `https://example.org/OperationDefinition/Encounter-${name.slice(1)}`,
  handle: () => Promise.resolve({}),
  ...extra,
});

describe('operationDefinitions', () => {
  it('describe each operation once, at all its places', () => {
    const [only, ...others] = operationDefinitions(
      [operation('$draft-note', 'instance'), operation('$draft-note', 'type', { methods: ['GET'], types: ['*'] })],
      () => false,
    );
    expect(others).toEqual([]);
    expect(only).toMatchObject({
      id: 'Encounter-draft-note',
      name: 'DraftNote',
      code: 'draft-note',
      affectsState: false,
      system: false,
      type: true,
      instance: true,
      resource: ['Resource'],
    });
  });

  it('leave out what is published elsewhere', () => {
    const all = [operation('$a', 'system'), operation('$b', 'system')];
    expect(operationDefinitions(all, (url) => url.endsWith('-a')).map(({ code }) => code)).toEqual(['b']);
  });
});

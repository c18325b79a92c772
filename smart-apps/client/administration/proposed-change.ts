import type { Parameters, Resource } from '@medplum/fhirtypes';

/** A change of who may do what that waits for a second administrator. */
export interface ProposedChange {
  readonly id: string;
  readonly interaction: string;
  /** `AccessPolicy/1`, or a type alone for what is to be created. */
  readonly target: string;
  /** Reference of who asks for it. */
  readonly proposedBy: string;
  readonly proposedAt?: string;
  readonly resource?: Resource;
}

/** Reads the answer of `$proposed-changes`. */
export function proposedChanges(parameters: Parameters): readonly ProposedChange[] {
  return (parameters.parameter ?? [])
    .filter(({ name }) => name === 'change')
    .map(({ part = [] }) => {
      const of = (name: string) => part.find((one) => one.name === name);
      return {
        id: of('id')?.valueId ?? '',
        interaction: of('interaction')?.valueCode ?? '',
        target: of('target')?.valueString ?? '',
        proposedBy: of('proposedBy')?.valueReference?.reference ?? '',
        proposedAt: of('proposedAt')?.valueInstant,
        resource: of('resource')?.resource,
      };
    });
}

const WORDS: Readonly<Record<string, string>> = {
  create: 'Make a new',
  update: 'Change the',
  delete: 'Delete the',
  deploy: 'Deploy code of the',
};

const TYPES: Readonly<Record<string, string>> = {
  AccessPolicy: 'access policy',
  ProjectMembership: 'membership',
  ClientApplication: 'app registration',
  Bot: 'bot',
  Subscription: 'subscription',
  Project: 'clinic’s settings',
};

/** "Change the access policy nurse". */
export function changeWords({ interaction, target, resource }: ProposedChange): string {
  const [type = ''] = target.split('/');
  const name = resource && 'name' in resource && typeof resource.name === 'string' ? resource.name : '';
  return [WORDS[interaction] ?? interaction, TYPES[type] ?? type, name].filter(Boolean).join(' ');
}

const OWN_AFFAIRS = new Set(['meta', 'id', 'resourceType']);

/** The elements that would be different, by name; all of it where there is nothing to compare with. */
export function changedElements(before: Resource | undefined, after: Resource | undefined): readonly string[] {
  const [was, will] = [before ?? {}, after ?? {}] as [object, object];
  const old = new Map(Object.entries(was));
  const next = new Map(Object.entries(will));
  return [...new Set([...old.keys(), ...next.keys()])]
    .filter((name) => !OWN_AFFAIRS.has(name))
    .filter((name) => JSON.stringify(old.get(name)) !== JSON.stringify(next.get(name)))
    .sort();
}

import { Operator } from '@medplum/core';
import type { Project, ValueSet } from '@medplum/fhirtypes';
import { codesOf } from './access/index.ts';
import type { Repository } from './repository/index.ts';

/** Name of the Project setting that says, with `valueBoolean: false`, that a clinic is no programme under 42 CFR Part 2. */
export const PART_TWO_SETTING = 'part2Program';

/** The ValueSet by which a clinic adds codes of its own to those that say something of substance use. */
export const SUBSTANCE_USE_CODES = 'https://mindbridge.health/fhir/ValueSet/substance-use';

/** How long what a clinic says is believed, in ms. */
const BELIEVED_MS = 5000;

/** What a clinic is under 42 CFR Part 2. */
export interface Program {
  /** Is it a programme? It is until its Project says otherwise. */
  readonly applies: boolean;
  /** Codes of its own, as `system|code`; undefined where it has none. */
  readonly codes?: ReadonlySet<string>;
}

/** What a clinic says of itself; at once while it is believed. */
export type ProgramOf = (tenant: number, projectId: string) => Program | Promise<Program>;

/** What clinics say, each looked up once in five seconds. */
export interface Programs {
  readonly of: ProgramOf;
  /** Looks a clinic up anew at the next question. */
  forget(tenant: number): void;
}

/** Opens the look-ups. */
export function createPrograms({
  systemRepository,
  clock,
}: {
  readonly systemRepository: (tenant: number) => Repository;
  readonly clock: () => Date;
}): Programs {
  const known = new Map<number, { program: Program | Promise<Program>; readonly until: number }>();

  async function load(tenant: number, projectId: string): Promise<Program> {
    const repository = systemRepository(tenant);
    const filters = [{ code: 'url', operator: Operator.EQUALS, value: SUBSTANCE_USE_CODES }];
    const [project, sets] = await Promise.all([
      repository.readResource<Project>('Project', projectId).catch(() => undefined),
      repository.searchResources<ValueSet>({ resourceType: 'ValueSet', filters, count: 10 }),
    ]);
    const codes = codesOf(sets);
    return {
      applies: project?.setting?.find(({ name }) => name === PART_TWO_SETTING)?.valueBoolean !== false,
      ...(codes.size > 0 && { codes }),
    };
  }

  return {
    forget: (tenant) => void known.delete(tenant),
    of(tenant, projectId) {
      const now = clock().getTime();
      const entry = known.get(tenant);
      if (entry && entry.until > now) {
        return entry.program;
      }
      const program = load(tenant, projectId);
      const next = { program: program as Program | Promise<Program>, until: now + BELIEVED_MS };
      known.set(tenant, next);
      program.then(
        (found) => {
          next.program = found;
        },
        () => known.delete(tenant),
      );
      return program;
    },
  };
}

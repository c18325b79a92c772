import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CANONICAL_BASE } from '@mindbridge/fhir-profiles';
import { clinicEntries, clinicIdentifiers } from '../clinic/clinic-resources.ts';
import { identifierQuery } from '../clinic/seed-entry.ts';
import type { Clinic } from '../clinic/staff.ts';
import { search, transaction } from './fhir-client.ts';
import { type Api, isJson } from './http-api.ts';

const dayTag = `${CANONICAL_BASE}/sid/seed-day`;
const seedsTag = `${CANONICAL_BASE}/sid/seed-version`;
const botsTag = `${CANONICAL_BASE}/sid/bots-version`;
const repository = join(import.meta.dirname, '../../..');

/** Short hashes over what the demo is made of. */
export interface DemoVersions {
  /** Seeds, and the constants that they use. */
  readonly seeds: string;
  readonly bots: string;
}

/** What a clinic was loaded with: the day that its dates are relative to, and the versions of seeds and bots. */
export interface LoadMark extends DemoVersions {
  readonly day: string;
}

function sources(folder: string): string[] {
  return readdirSync(join(repository, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.includes('.test.') && !entry.name.endsWith('.md'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function hashOf(folders: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of folders.flatMap(sources)) {
    hash.update(file.slice(repository.length)).update('\0').update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 16);
}

/** The versions in this checkout: when one changes, that part of the demo is brought up to date. */
export function demoVersions(): DemoVersions {
  return {
    seeds: hashOf(['seed-bundles/src', 'seed-bundles/base', 'fhir-profiles/src']),
    bots: hashOf(['bots/src', 'fhir-profiles/src']),
  };
}

/** The mark of the last complete load; undefined when there was none, or it was interrupted. */
export async function readMark(api: Api, clinic: Clinic): Promise<LoadMark | undefined> {
  const query = identifierQuery(clinicIdentifiers(clinic).organization);
  const [organization] = await search(api, `Organization?${query}`);
  const meta = organization?.meta;
  const tags = isJson(meta) && Array.isArray(meta.tag) ? meta.tag.filter(isJson) : [];
  const codeOf = (system: string): string | undefined => {
    const code = tags.find((tag) => tag.system === system)?.code;
    return typeof code === 'string' ? code : undefined;
  };
  const [day, seeds, bots] = [codeOf(dayTag), codeOf(seedsTag), codeOf(botsTag)];
  return day && seeds && bots ? { day, seeds, bots } : undefined;
}

/** Marks a clinic as completely loaded. Loading the clinic again takes the mark away, so an interrupted load shows. */
export async function writeMark(api: Api, clinic: Clinic, mark: LoadMark): Promise<void> {
  const [entry] = clinicEntries(clinic);
  if (entry?.resource?.resourceType !== 'Organization') {
    throw new Error('The first entry of a clinic is its Organization');
  }
  const tag = [
    { system: dayTag, code: mark.day },
    { system: seedsTag, code: mark.seeds },
    { system: botsTag, code: mark.bots },
  ];
  await transaction(api, [{ ...entry, resource: { ...entry.resource, meta: { tag } } }]);
}

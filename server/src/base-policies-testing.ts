import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { AccessPolicy, Bundle } from '@medplum/fhirtypes';

const FOLDER = fileURLToPath(new URL('../../seed-bundles/base/', import.meta.url));

/** The policies of the base bundles by the names of their roles. */
export const BASE_POLICIES: ReadonlyMap<string, AccessPolicy> = new Map(
  readdirSync(FOLDER)
    .filter((file) => file.includes('access-policy'))
    .flatMap((file) => (JSON.parse(readFileSync(`${FOLDER}${file}`, 'utf8')) as Bundle<AccessPolicy>).entry ?? [])
    .flatMap(({ resource }) => (resource ? [[resource.name ?? '', resource] as const] : [])),
);

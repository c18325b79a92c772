import { Operator } from '@medplum/core';
import type { StructureDefinition } from '@medplum/fhirtypes';
import type { Repository } from './repository/index.ts';
import type { ResourceReader, Terminology } from './terminology/index.ts';
import type { ProfileSources } from './validation/index.ts';

/** How long the answer to "is there such a profile?" is believed, in ms. */
const BELIEVED_MS = 15_000;
const MAX_ENTRIES = 2000;

interface Entry {
  readonly profile: Promise<StructureDefinition | undefined>;
  readonly until: number;
}

/** Profiles and codes as one reader sees them. */
export function profileSourcesOf(reader: ResourceReader, terminology: Terminology): ProfileSources {
  return {
    async loadProfile(canonical) {
      const [url = '', version] = canonical.split('|');
      const found = await reader.searchResources({
        resourceType: 'StructureDefinition',
        filters: [
          { code: 'url', operator: Operator.EQUALS, value: url },
          ...(version ? [{ code: 'version', operator: Operator.EQUALS, value: version }] : []),
        ],
        sortRules: [{ code: '_lastUpdated', descending: true }],
        count: 1,
      });
      return found[0] as StructureDefinition | undefined;
    },
    checkCode: (valueSet, coding) => terminology.checkCode(valueSet, coding, reader),
  };
}

/** The sources of a tenant's writes: what is there, and what is not, is remembered for a while. */
export function createTenantProfiles(
  systemRepository: (tenant: number) => Repository,
  terminology: Terminology,
  clock: () => Date,
): (tenant: number) => ProfileSources {
  const known = new Map<string, Entry>();
  return (tenant) => {
    const sources = profileSourcesOf(systemRepository(tenant), terminology);
    return {
      checkCode: sources.checkCode,
      loadProfile(url) {
        const key = `${tenant} ${url}`;
        const now = clock().getTime();
        const entry = known.get(key);
        if (entry && entry.until > now) {
          return entry.profile;
        }
        const profile = sources.loadProfile(url);
        profile.catch(() => known.delete(key));
        if (known.size >= MAX_ENTRIES) {
          known.clear();
        }
        known.set(key, { profile, until: now + BELIEVED_MS });
        return profile;
      },
    };
  };
}

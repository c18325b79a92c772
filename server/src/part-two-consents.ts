import { Operator } from '@medplum/core';
import type { Consent } from '@medplum/fhirtypes';
import { type PartTwoRelease, partTwoGrant, releaseOf } from './access/index.ts';
import type { AuthState } from './auth/index.ts';
import type { Repository } from './repository/index.ts';

export interface PartTwoConsentsDependencies {
  readonly systemRepository: (tenant: number) => Repository;
  /** With a trailing slash. */
  readonly fhirUrl: string;
  readonly clock: () => Date;
}

/** Headers that go with an answer, by what it holds. */
export type Notices = (body: unknown) => Readonly<Record<string, string>>;

/** Widens what a caller may see by the consents that name him. */
export interface PartTwoConsents {
  applied(state: AuthState): Promise<AuthState & { readonly notices?: Notices }>;
}

type ByRecipient = ReadonlyMap<string, readonly PartTwoRelease[]>;

/** How long a revocation may go unseen, in ms. */
const BELIEVED_MS = 2000;
const MAX_CONSENTS = 10_000;

/** What the regulation wants to go with every disclosure. @see https://www.ecfr.gov/current/title-42/section-2.32 */
const NOTICE = '42 CFR part 2 prohibits unauthorized use or disclosure of these records.';
const RELATION = 'https://mindbridge.health/fhir/link/consent';
const LABEL = '"42CFRPart2"';
const NONE: readonly PartTwoRelease[] = [];

function noticesOf(releases: readonly PartTwoRelease[], fhirUrl: string): Notices {
  return (body) => {
    if (typeof body !== 'string' || !body.includes(LABEL)) {
      return {};
    }
    const behind = releases.filter(({ patient }) => body.includes(`Patient/${patient}"`));
    const links = behind.map(({ consent }) => `<${fhirUrl}Consent/${consent}>; rel="${RELATION}"`);
    return { 'Part2-Notice': NOTICE, ...(links.length > 0 && { Link: links.join(', ') }) };
  };
}

/** Opens the consents of all tenants, each looked at again every two seconds while it is asked for. */
export function createPartTwoConsents({
  systemRepository,
  fhirUrl,
  clock,
}: PartTwoConsentsDependencies): PartTwoConsents {
  const known = new Map<number, { readonly consents: Promise<ByRecipient>; readonly until: number }>();

  async function load(tenant: number): Promise<ByRecipient> {
    const filters = [
      { code: 'security-label', operator: Operator.EQUALS, value: '42CFRPart2' },
      { code: 'status', operator: Operator.EQUALS, value: 'active' },
    ];
    const found = await systemRepository(tenant).searchResources<Consent>({
      resourceType: 'Consent',
      filters,
      count: MAX_CONSENTS,
    });
    const now = clock();
    const pairs = found.flatMap((consent) => {
      const read = releaseOf(consent, now);
      return read ? read.recipients.map((recipient) => ({ recipient, release: read.release })) : [];
    });
    return new Map(
      [...Map.groupBy(pairs, ({ recipient }) => recipient)].map(([recipient, list]) => [
        recipient,
        list.map(({ release }) => release),
      ]),
    );
  }

  function consentsOf(tenant: number): Promise<ByRecipient> {
    const now = clock().getTime();
    const entry = known.get(tenant);
    if (entry && entry.until > now) {
      return entry.consents;
    }
    const consents = load(tenant);
    consents.catch(() => known.delete(tenant));
    known.set(tenant, { consents, until: now + BELIEVED_MS });
    return consents;
  }

  return {
    async applied(state) {
      const { tenant, clientId, onBehalfOf } = state.context;
      const consents = await consentsOf(tenant);
      if (consents.size === 0) {
        return state;
      }
      const own = consents.get(state.profileReference) ?? NONE;
      const other = onBehalfOf === undefined ? undefined : (consents.get(onBehalfOf) ?? NONE);
      const person = other ? own.filter((one) => other.some(({ consent }) => consent === one.consent)) : own;
      const app = (clientId && consents.get(`ClientApplication/${clientId}`)) || NONE;
      const grant = partTwoGrant(state.grant, { person, app });
      return grant === state.grant ? state : { ...state, grant, notices: noticesOf([...person, ...app], fhirUrl) };
    },
  };
}

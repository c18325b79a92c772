import { Operator } from '@medplum/core';
import type { Consent } from '@medplum/fhirtypes';
import { consentCoding } from '@mindbridge/fhir-profiles';
import {
  type AccessGrant,
  concerns,
  type OptOut,
  type OptOutSubject,
  optedOutGrant,
  optOutOf,
  type PartTwoRelease,
  partTwoGrant,
  releaseOf,
} from './access/index.ts';
import type { AuthState } from './auth/index.ts';
import { isPartTwoText, PART_TWO_HEADER, PART_TWO_NOTICE } from './fhir/index.ts';
import type { Repository } from './repository/index.ts';

export interface PatientConsentsDependencies {
  readonly systemRepository: (tenant: number) => Repository;
  /** With a trailing slash. */
  readonly fhirUrl: string;
  readonly clock: () => Date;
}

/** Headers that go with an answer, by what it holds. */
export type Notices = (body: unknown) => Readonly<Record<string, string>>;

/** What patients permit and refuse, laid on what a caller may see otherwise: on requests, and on what happens without one. */
export interface PatientConsents {
  applied(state: AuthState): Promise<AuthState & { readonly notices?: Notices }>;
  /** The grant of somebody on whose behalf the server itself reads: a Subscription's author, an export, a bot. */
  grantOf(tenant: number, subject: OptOutSubject, grant: AccessGrant): Promise<AccessGrant>;
}

/** The consents of one clinic that are in force. */
interface InForce {
  readonly releases: ReadonlyMap<string, readonly PartTwoRelease[]>;
  readonly optOuts: readonly OptOut[];
}

/** How long a decision may go unseen, in ms. */
const BELIEVED_MS = 2000;
const MAX_CONSENTS = 10_000;

const RELATION = 'https://mindbridge.health/fhir/link/consent';
const NONE: readonly PartTwoRelease[] = [];
const OPT_OUTS = [consentCoding.optOut, consentCoding.optOutAi, consentCoding.optOutApps]
  .map(({ system, code }) => `${system}|${code}`)
  .join(',');

function noticesOf(releases: readonly PartTwoRelease[], fhirUrl: string): Notices {
  return (body) => {
    if (typeof body !== 'string' || !isPartTwoText(body)) {
      return {};
    }
    const behind = releases.filter(({ patient }) => body.includes(`Patient/${patient}"`));
    const links = behind.map(({ consent }) => `<${fhirUrl}Consent/${consent}>; rel="${RELATION}"`);
    return { [PART_TWO_HEADER]: PART_TWO_NOTICE, ...(links.length > 0 && { Link: links.join(', ') }) };
  };
}

/** Opens the consents of all tenants, each looked at again every two seconds while it is asked for. */
export function createPatientConsents({
  systemRepository,
  fhirUrl,
  clock,
}: PatientConsentsDependencies): PatientConsents {
  const known = new Map<number, { readonly consents: Promise<InForce>; readonly until: number }>();

  const activeWith = (tenant: number, code: string, value: string): Promise<Consent[]> =>
    systemRepository(tenant).searchResources<Consent>({
      resourceType: 'Consent',
      filters: [
        { code, operator: Operator.EQUALS, value },
        { code: 'status', operator: Operator.EQUALS, value: 'active' },
      ],
      count: MAX_CONSENTS,
    });

  async function load(tenant: number): Promise<InForce> {
    const [permits, denials] = await Promise.all([
      activeWith(tenant, 'security-label', '42CFRPart2'),
      activeWith(tenant, 'category', OPT_OUTS),
    ]);
    const now = clock();
    const pairs = permits.flatMap((consent) => {
      const read = releaseOf(consent, now);
      return read ? read.recipients.map((recipient) => ({ recipient, release: read.release })) : [];
    });
    const byRecipient = Map.groupBy(pairs, ({ recipient }) => recipient);
    return {
      releases: new Map([...byRecipient].map(([recipient, list]) => [recipient, list.map(({ release }) => release)])),
      optOuts: denials.flatMap((consent) => optOutOf(consent, now) ?? []),
    };
  }

  function inForce(tenant: number): Promise<InForce> {
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

  /** What is released to the caller himself, as long as it is released to the person for whom he acts as well. */
  function releasesTo({ releases }: InForce, profile: string, onBehalfOf: string | undefined) {
    const own = releases.get(profile) ?? NONE;
    const other = onBehalfOf === undefined ? undefined : (releases.get(onBehalfOf) ?? NONE);
    return other ? own.filter((one) => other.some(({ consent }) => consent === one.consent)) : own;
  }

  function judged(
    consents: InForce,
    subject: OptOutSubject & { readonly onBehalfOf?: string },
    grant: AccessGrant,
  ): { readonly grant: AccessGrant; readonly releases: readonly PartTwoRelease[] } {
    const person = releasesTo(consents, subject.profile, subject.onBehalfOf);
    const app = (subject.app && consents.releases.get(subject.app)) || NONE;
    const refused = consents.optOuts.filter((optOut) => concerns(optOut, subject, grant));
    return { grant: optedOutGrant(partTwoGrant(grant, { person, app }), refused), releases: [...person, ...app] };
  }

  return {
    async applied(state) {
      const { tenant, clientId, onBehalfOf } = state.context;
      const consents = await inForce(tenant);
      if (consents.releases.size === 0 && consents.optOuts.length === 0) {
        return state;
      }
      const subject = {
        profile: state.profileReference,
        ...(clientId && { app: `ClientApplication/${clientId}` }),
        ...(onBehalfOf && { onBehalfOf }),
      };
      const { grant, releases } = judged(consents, subject, state.grant);
      if (grant === state.grant) {
        return state;
      }
      return { ...state, grant, ...(releases.length > 0 && { notices: noticesOf(releases, fhirUrl) }) };
    },
    async grantOf(tenant, subject, grant) {
      return judged(await inForce(tenant), subject, grant).grant;
    },
  };
}

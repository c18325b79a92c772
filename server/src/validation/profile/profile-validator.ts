import type { Definitions } from '../../definitions/index.ts';
import type { Issue } from '../../fhir/index.ts';
import { checkExtensions } from './extension-checks.ts';
import {
  badUcumCodes,
  createProfileCompiler,
  extensionUrls,
  isBaseType,
  type ProfileSet,
  type ProfileSources,
} from './profile-set.ts';
import { type PendingCode, type ProfileFindings, ProfileWalk } from './profile-walk.ts';

/** Choices for one validation against profiles. */
export interface ProfileOptions {
  /** Profiles besides those that `meta.profile` claims, such as the tenant's default ones. */
  readonly profiles?: readonly string[];
  /** Also report what should hold but need not. */
  readonly warnings?: boolean;
}

/** Checks resources against profiles. */
export interface ProfileValidator {
  /**
   * Checks a resource that is structurally sound against the profiles it claims and those given. Unknown profiles are
   * a warning.
   * @see https://hl7.org/fhir/R4/profiling.html
   */
  validate(resource: object, sources: ProfileSources, options?: ProfileOptions): Promise<Issue[]>;
}

/** Makes a validator for profiles; compiled profiles are kept. */
export function createProfileValidator(definitions: Definitions): ProfileValidator {
  const compiler = createProfileCompiler(definitions);
  return {
    async validate(resource, sources, options = {}) {
      const { resourceType, meta } = resource as { resourceType?: unknown; meta?: { profile?: unknown } };
      const claimed = Array.isArray(meta?.profile) ? meta.profile.filter((url) => typeof url === 'string') : [];
      const urls = [...new Set([...claimed, ...(options.profiles ?? [])])].filter(
        (url) => !isBaseType(url, definitions),
      );
      const type = typeof resourceType === 'string' ? resourceType : '';
      const findings: ProfileFindings = { issues: [], codes: [] };
      // Without a profile, extensions are checked where somebody asks what is wrong; a write is not held up for it.
      if (urls.length > 0 || options.warnings) {
        const set = await compiler.load([...urls, ...extensionUrls(resource)], sources);
        walkProfiles({ definitions, set, resource, type, findings }, urls);
        await checkCodes(findings, sources);
      }
      for (const expression of badUcumCodes(resource, type)) {
        const text = 'The code is not a well-formed UCUM code';
        findings.issues.push({ severity: 'error', code: 'code-invalid', key: 'ucum-code', text, expression });
      }
      return options.warnings ? findings.issues : findings.issues.filter((issue) => issue.severity !== 'warning');
    },
  };
}

interface WalkRequest {
  readonly definitions: Definitions;
  readonly set: ProfileSet;
  readonly resource: object;
  readonly type: string;
  readonly findings: ProfileFindings;
}

function walkProfiles({ definitions, set, resource, type, findings }: WalkRequest, urls: readonly string[]): void {
  const walk = new ProfileWalk(definitions, set, resource, findings);
  for (const url of urls) {
    const profile = set.get(url);
    if (profile) {
      walk.profile(profile, { value: resource, type, path: type });
    } else {
      const text = `Profile ${url} is not known here: not checked`;
      findings.issues.push({
        severity: 'warning',
        code: 'not-found',
        key: 'profile-unknown',
        text,
        expression: `${type}.meta.profile`,
      });
    }
  }
  checkExtensions({ definitions, set, walk, findings }, resource, type);
}

async function checkCodes(findings: ProfileFindings, sources: ProfileSources): Promise<void> {
  for (const pending of findings.codes) {
    const verdict = await verdictOf(pending, sources);
    if (verdict === 'good') {
      continue;
    }
    const required = pending.strength === 'required' && verdict === 'bad';
    const text =
      verdict === 'bad'
        ? `No code is in the ${pending.strength} value set ${pending.valueSet}`
        : `The value set ${pending.valueSet} is not loaded as a whole: not checked`;
    findings.issues.push({
      severity: required ? 'error' : 'warning',
      code: verdict === 'bad' ? 'code-invalid' : 'not-supported',
      key: verdict === 'bad' ? 'profile-binding' : 'profile-binding-unknown',
      text,
      expression: pending.expression,
    });
  }
}

async function verdictOf(
  { valueSet, codings }: PendingCode,
  sources: ProfileSources,
): Promise<'good' | 'bad' | 'unknown'> {
  let unknown = false;
  for (const coding of codings) {
    const { display: _, ...bare } = coding;
    const check = await sources.checkCode(valueSet, bare);
    if (check.result) {
      return 'good';
    }
    unknown ||= check.unknown === true;
  }
  return unknown ? 'unknown' : 'bad';
}

import type { Parameters } from '@medplum/fhirtypes';
import type { Parts } from './parameter-parts.ts';
import { parametersOf } from './parameter-parts.ts';

/** One rule of a source, and what it makes of the record. */
export interface ExplainedRule {
  readonly permits: boolean;
  readonly criteria?: string;
  readonly hidden: readonly string[];
  readonly readonly: readonly string[];
}

/** What one source of authority says; every source must permit. */
export interface ExplainedSource {
  /** `tenant`, `AccessPolicy/nurse`, `scope` … */
  readonly source: string;
  readonly permits: boolean;
  readonly why?: string;
  readonly rules: readonly ExplainedRule[];
}

/** Why somebody may, or may not, do something to a record. */
export interface AccessExplanation {
  readonly permits: boolean;
  readonly sources: readonly ExplainedSource[];
  /** Another administrator must agree first. */
  readonly secondApprover: boolean;
  /** Emergency access, which comes on top. */
  readonly emergencyUntil?: string;
}

const permits = (parts: Parts): boolean => parts.text('verdict') === 'permit';

function sourceOf(parts: Parts): ExplainedSource {
  return {
    source: parts.text('source') ?? '',
    permits: permits(parts),
    why: parts.text('why'),
    rules: parts.all('rule').map((rule) => ({
      permits: permits(rule),
      criteria: rule.text('criteria'),
      hidden: rule.texts('hiddenField'),
      readonly: rule.texts('readonlyField'),
    })),
  };
}

/** Reads the answer of `$explain-access`. */
export function accessExplanation(answer: Parameters): AccessExplanation {
  const parts = parametersOf(answer);
  return {
    permits: permits(parts),
    sources: parts.all('rules').map(sourceOf),
    secondApprover: parts.flag('secondApprover'),
    emergencyUntil: parts.text('breakGlassUntil'),
  };
}

const SOURCES: Readonly<Record<string, string>> = {
  tenant: 'The clinic’s own records',
  scope: 'What the app was granted',
  'unsigned-notes': 'Unsigned notes are for their clinician',
  'psychotherapy-notes': 'Psychotherapy notes are their author’s',
  'findings-on-notes': 'Findings go with their note',
  'binary-security-context': 'Files go with their record',
};

/** A source in words; an access policy by its name. */
export function sourceWords(source: string): string {
  const [, policy] = /^AccessPolicy\/(.*?)(?: break-glass| consent)?$/.exec(source) ?? [];
  return policy ? `Access policy “${policy}”` : (SOURCES[source] ?? source.replaceAll('-', ' '));
}

/** Id and type of the record that an address or a reference names; undefined where there is none. */
export function recordOf(text: string): string | undefined {
  const workspace = /\/apps\/workspace\/patients\/([A-Za-z0-9\-.]{1,64})/.exec(text);
  const reference = /(?:^|\/)([A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64})(?:[/?]|$)/.exec(text.trim());
  return workspace ? `Patient/${workspace[1]}` : reference?.[1];
}

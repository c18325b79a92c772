import type { Bot, DocumentReference } from '@medplum/fhirtypes';
import { documentCoding, documentFormatCoding, extensionUrl, identifierSystem } from '@mindbridge/fhir-profiles';
import { inlineJson, inlineText } from '../notes/index.ts';

/** What an evaluation of a version found. */
export interface PromptReport {
  readonly data: string;
  readonly date: string;
  readonly approver: string;
  readonly figures: readonly (readonly [measure: string, value: number])[];
}

/** A version of a prompt that the clinic holds. */
export interface PromptVersion {
  readonly id: string;
  /** `soap/1.1.0`. */
  readonly key: string;
  readonly prompt: string;
  readonly version: string;
  readonly text?: string;
  readonly report?: PromptReport;
  /** Since when it is in use; undefined where it is not. */
  readonly since?: string;
  /** The share of encounters that was asked for, in percent. */
  readonly share?: number;
  /** The share that it gets beside the other versions in use, in percent. */
  readonly gets: number;
}

/** The prompt that a bot was deployed with. */
export interface DeployedPrompt {
  readonly bot: string;
  readonly key: string;
  readonly text?: string;
}

/** Finds the versions of prompts. */
export const PROMPTS_QUERY = `type=${documentCoding.prompt.system}|${documentCoding.prompt.code}&status=current&_count=200`;

function reportOf(document: DocumentReference): PromptReport | undefined {
  const given = inlineJson(document, documentFormatCoding.evalReport.code) as
    | { data?: { name?: unknown }; date?: unknown; approver?: unknown; figures?: unknown }
    | undefined
    | null;
  if (!given || typeof given !== 'object') {
    return undefined;
  }
  const figures = typeof given.figures === 'object' && given.figures !== null ? Object.entries(given.figures) : [];
  return {
    data: String(given.data?.name ?? 'data that is not named'),
    date: String(given.date ?? ''),
    approver: String(given.approver ?? 'nobody named'),
    figures: figures.flatMap(([measure, value]) => (typeof value === 'number' ? [[measure, value] as const] : [])),
  };
}

function versionOf(document: DocumentReference): PromptVersion | undefined {
  const key = document.identifier?.find(({ system }) => system === identifierSystem.prompt)?.value;
  if (!key || !document.id) {
    return undefined;
  }
  const activation = document.extension?.find(({ url }) => url === extensionUrl.promptActivation)?.extension;
  const share = activation?.find(({ url }) => url === 'share')?.valueInteger;
  const since = activation?.find(({ url }) => url === 'at')?.valueDateTime;
  const [prompt = key, version = ''] = key.split('/');
  const inUse = document.docStatus === 'final' && share !== undefined && since !== undefined;
  return {
    id: document.id,
    key,
    prompt,
    version,
    text: inlineText(document, documentFormatCoding.prompt.code),
    report: reportOf(document),
    ...(inUse && { share, since }),
    gets: 0,
  };
}

/** What each version in use gets: the newest activation takes its share first, and the oldest whatever is left. */
function withShares(versions: readonly PromptVersion[]): PromptVersion[] {
  const inUse = versions.filter(({ since }) => since).sort((a, b) => (b.since ?? '').localeCompare(a.since ?? ''));
  let taken = 0;
  const gets = new Map<string, number>();
  inUse.forEach(({ id, share = 0 }, index) => {
    const upTo = index === inUse.length - 1 ? 100 : Math.max(taken, share);
    gets.set(id, upTo - taken);
    taken = upTo;
  });
  return versions.map((version) => ({ ...version, gets: gets.get(version.id) ?? 0 }));
}

/** The versions of each prompt, those in use first. */
export function promptVersions(documents: readonly DocumentReference[]): ReadonlyMap<string, readonly PromptVersion[]> {
  const versions = documents.flatMap((document) => versionOf(document) ?? []);
  const groups = Map.groupBy(versions, ({ prompt }) => prompt);
  const order = (a: PromptVersion, b: PromptVersion): number =>
    (b.since ?? '').localeCompare(a.since ?? '') || b.version.localeCompare(a.version, undefined, { numeric: true });
  return new Map([...groups].sort().map(([prompt, own]) => [prompt, withShares(own).sort(order)]));
}

/** The prompts that bots were deployed with, which count where the clinic has put no version of its own into use. */
export function deployedPrompts(bots: readonly Bot[]): readonly DeployedPrompt[] {
  return bots.flatMap(({ name, extension }) => {
    const parts = extension?.find(({ url }) => url === extensionUrl.botEngine)?.extension;
    const of = (wanted: string): string | undefined => parts?.find(({ url }) => url === wanted)?.valueString;
    const key = of('prompt');
    return key ? [{ bot: name ?? 'Bot', key, text: of('promptText') }] : [];
  });
}

function encoded(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''));
}

/** The document of a new version, which is in nobody's use until it is activated. */
export function promptDocument(key: string, text: string, report: string): DocumentReference {
  const { prompt, evalReport } = documentFormatCoding;
  return {
    resourceType: 'DocumentReference',
    identifier: [{ system: identifierSystem.prompt, value: key }],
    status: 'current',
    docStatus: 'preliminary',
    type: { coding: [documentCoding.prompt] },
    content: [
      { attachment: { contentType: 'text/plain', data: encoded(text) }, format: prompt },
      { attachment: { contentType: 'application/json', data: encoded(report) }, format: evalReport },
    ],
  };
}

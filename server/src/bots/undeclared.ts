import { parseAllowList } from '../outbound/index.ts';
import type { DeclaredManifest } from './bot-registry.ts';

const READ_CALL =
  /\.(?:readResource|readHistory|readVersion|search|searchOne|searchResources|searchResourcePages)\(\s*(['"])([A-Z]\w*)\1/g;
const WRITE_CALL = /\.(?:deleteResource|patchResource)\(\s*(['"])([A-Z]\w*)\1/g;
const WRITE_OBJECT =
  /\.(?:createResource|createResourceIfNoneExist|updateResource|upsertResource)(?:<\w+>)?\(\s*\{[^{}]*?resourceType['"]?\s*:\s*(['"])([A-Z]\w*)\1/g;
const FETCH_CALL = /(?:^|[^.\w$])fetch\(\s*(['"`])(https?:\/\/[^'"`]+)/g;

/**
 * What the code plainly does and its manifest does not declare: resource types named in calls of the client, hosts named in
 * calls of fetch. What the code puts together at run time is met by the token of the run and by the egress check.
 */
export function undeclaredUses(code: string, manifest: DeclaredManifest): string[] {
  const egress = parseAllowList(manifest.egress);
  const uses = [
    ...types(code, READ_CALL)
      .filter((type) => !manifest.reads.includes(type))
      .map((type) => `reads ${type}`),
    ...[...types(code, WRITE_CALL), ...types(code, WRITE_OBJECT)]
      .filter((type) => !manifest.writes.includes(type))
      .map((type) => `writes ${type}`),
    ...[...code.matchAll(FETCH_CALL)].flatMap(([, , text = '']) => hostOutside(text, egress)),
  ];
  return [...new Set(uses)].sort();
}

function types(code: string, pattern: RegExp): string[] {
  return [...code.matchAll(pattern)].flatMap(([, , type]) => (type === undefined ? [] : [type]));
}

function hostOutside(text: string, egress: ReturnType<typeof parseAllowList>): string[] {
  const origin = /^https?:\/\/[^/?#$]+/.exec(text)?.[0] ?? '';
  if (!URL.canParse(origin)) {
    return [];
  }
  const { hostname, port, protocol } = new URL(origin);
  const number = port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
  return egress.allowsHost(hostname, number) || egress.allowsAddress(hostname, number) ? [] : [`calls ${hostname}`];
}

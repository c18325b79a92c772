import { hash } from 'node:crypto';

/** A SHA-256 in hexadecimal. */
export type Digest = string;

/** Root of no leaves at all. */
const EMPTY: Digest = hash('sha256', '');

const node = (left: Digest, right: Digest): Digest => hash('sha256', Buffer.from(`01${left}${right}`, 'hex'));

/** Hash of a leaf; its own prefix keeps it from passing for a node. @see https://www.rfc-editor.org/rfc/rfc6962#section-2.1 */
export function leafHash(text: string): Digest {
  return hash('sha256', Buffer.concat([Buffer.from([0]), Buffer.from(text)]));
}

/** Largest power of two below n. */
function split(n: number): number {
  return 2 ** Math.ceil(Math.log2(n) - 1);
}

/** Merkle tree hash of leaves in their order. */
export function merkleRoot(leaves: readonly Digest[]): Digest {
  if (leaves.length === 0) {
    return EMPTY;
  }
  let level = [...leaves];
  while (level.length > 1) {
    const next: Digest[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const [left, right] = [level[i] as Digest, level[i + 1]];
      next.push(right === undefined ? left : node(left, right));
    }
    level = next;
  }
  return level[0] as Digest;
}

/** The hashes that lead from a leaf to the root, nearest first. */
export function inclusionPath(leaves: readonly Digest[], index: number): Digest[] {
  if (leaves.length <= 1) {
    return [];
  }
  const half = split(leaves.length);
  const [near, far] = [leaves.slice(0, half), leaves.slice(half)];
  return index < half
    ? [...inclusionPath(near, index), merkleRoot(far)]
    : [...inclusionPath(far, index - half), merkleRoot(near)];
}

/** The root that a leaf at a place among so many leads to along a path; undefined when the path does not fit. */
export function rootAlong(
  leaf: Digest,
  place: { readonly index: number; readonly size: number },
  path: readonly Digest[],
): Digest | undefined {
  const { index, size } = place;
  const last = path.at(-1);
  if (size <= 1) {
    return path.length === 0 && index === 0 ? leaf : undefined;
  }
  if (last === undefined || index >= size || index < 0) {
    return undefined;
  }
  const half = split(size);
  const inLeft = index < half;
  const inner = rootAlong(
    leaf,
    inLeft ? { index, size: half } : { index: index - half, size: size - half },
    path.slice(0, -1),
  );
  return inner === undefined ? undefined : inLeft ? node(inner, last) : node(last, inner);
}

/** What a batch covers. */
export interface BatchHeader {
  readonly tenant: number;
  readonly number: number;
  readonly from: string;
  readonly to: string;
  readonly entries: number;
  /** Microseconds since 1970. */
  readonly sealedAt: string;
}

/** Head of the chain after a batch: it stands for every entry of the tenant up to here. */
export function chainHead(previous: Digest, root: Digest, header: BatchHeader): Digest {
  const { tenant, number, from, to, entries, sealedAt } = header;
  return hash('sha256', JSON.stringify(['batch', previous, root, tenant, number, from, to, entries, sealedAt]));
}

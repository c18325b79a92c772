import type { Row } from '../database/index.ts';
import type { StoredResource } from '../fhir/index.ts';

/** A found resource: a current version that is not deleted. */
export interface ResourceRow extends Row {
  readonly rid: number;
  readonly type: string;
  readonly id: string;
  readonly author: string;
  readonly content: string;
}

/** A row of a page: the resource, whose type stands in it only where it may differ, and `k0 …`, by which it was ordered. */
export interface PageRow extends Row {
  readonly rid: number;
  readonly type?: string;
  readonly id: string;
  readonly author: string;
  readonly content: string;
  readonly branch: number | null;
  /** How many matches there are, when that was asked for. */
  readonly total?: number | null;
}

const META = '","meta":{"versionId":"';
const UPDATED = '","lastUpdated":"';
/** Characters of an instant as the serializer writes it. */
const INSTANT = 24;

/** The row in the words of the other rooms; version and time stand at the head of every stored text. */
export function storedOf({ type, id, author, content }: ResourceRow): StoredResource {
  const at = '{"resourceType":"","id":"'.length + type.length + id.length + META.length;
  const end = content.indexOf('"', at);
  const updated = end + UPDATED.length;
  return {
    type,
    id,
    version: Number(content.slice(at, end)),
    lastUpdated: new Date(content.slice(updated, updated + INSTANT)),
    deleted: false,
    author,
    json: content,
  };
}

import type { Row } from '../database/index.ts';
import type { StoredResource } from '../fhir/index.ts';

/** A row of `resource` as search selects it: a current version that is not deleted. */
export interface FoundRow extends Row {
  readonly rid: number;
  readonly author: string;
  readonly content: string;
  /** Set by the vault where the text may be used this once only, because the key that opened it may be withdrawn. */
  readonly fleeting?: boolean;
}

/** The same without its text. */
export interface HeadRow extends Row {
  readonly rid: number;
  readonly version: number;
}

/** A row of a page, with `k0 …` by which it was ordered. */
export type PageRow = (FoundRow | HeadRow) & {
  /** Null for what is included; absent where the page has one branch alone. */
  readonly branch?: number | null;
  /** How many matches there are, when that was asked for. */
  readonly total?: number;
};

/** A found resource with the number of its row. */
export interface FoundResource extends StoredResource {
  readonly rid: number;
}

const TYPE = '{"resourceType":"';
const ID = '","id":"';
const VERSION = '","meta":{"versionId":"';
const UPDATED = '","lastUpdated":"';
/** Characters of an instant as the serializer writes it. */
const INSTANT = 24;

/** The row in the words of the other rooms; type, id, version and time stand at the head of every stored text. */
export function foundOf({ rid, author, content }: FoundRow): FoundResource {
  const typeEnd = content.indexOf('"', TYPE.length);
  const idAt = typeEnd + ID.length;
  const idEnd = content.indexOf('"', idAt);
  const versionAt = idEnd + VERSION.length;
  const versionEnd = content.indexOf('"', versionAt);
  const updatedAt = versionEnd + UPDATED.length;
  return {
    rid,
    type: content.slice(TYPE.length, typeEnd),
    id: content.slice(idAt, idEnd),
    version: Number(content.slice(versionAt, versionEnd)),
    lastUpdated: new Date(content.slice(updatedAt, updatedAt + INSTANT)),
    deleted: false,
    author,
    json: content,
  };
}

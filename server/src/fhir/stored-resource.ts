/** A version of a resource as it lies in the store: its JSON text and what answers need without parsing it. */
export interface StoredResource {
  readonly type: string;
  readonly id: string;
  /** Version number; `meta.versionId` and the ETag show it as text. */
  readonly version: number;
  readonly lastUpdated: Date;
  readonly deleted: boolean;
  /** Reference of the author of this version. */
  readonly author: string;
  /**
   * The whole resource as JSON text, always starting `{"resourceType":"T","id":"I","meta":{"versionId":"N","lastUpdated":"…"`.
   * Empty when deleted.
   */
  readonly json: string;
}

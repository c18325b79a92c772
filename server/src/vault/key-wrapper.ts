/** Wraps the data keys of tenants, so that the database holds none that it could open. */
export interface KeyWrapper {
  /** Kept beside what it wrapped, such as `file` or `aws-kms`. */
  readonly name: string;
  /** How long an unwrapped key is good without asking again, in ms; Infinity where the wrapping key is at hand. */
  readonly trustMs: number;
  /** `tenant` is bound to the result: it cannot be unwrapped for another one. */
  wrap(key: Buffer, tenant: number): Promise<Buffer>;
  /** @throws Error when the wrapping key is another one, cannot be reached, or what was wrapped is changed. */
  unwrap(wrapped: Buffer, tenant: number): Promise<Buffer>;
}

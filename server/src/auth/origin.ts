/** Where a request came from, as the edge knows it. */
export interface Origin {
  readonly address: string;
  readonly userAgent: string;
}

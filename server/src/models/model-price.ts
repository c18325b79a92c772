/** What a model costs, in US dollars for a million tokens. */
export interface ModelPrice {
  readonly input: number;
  readonly output: number;
}

/** Cost of a call in US dollars, to the millionth; tokens from the cache count in full. Undefined without a price. */
export function costOf(
  usage: { readonly inputTokens: number; readonly outputTokens: number },
  price: ModelPrice | undefined,
): number | undefined {
  return price && Math.round(usage.inputTokens * price.input + usage.outputTokens * price.output) / 1_000_000;
}

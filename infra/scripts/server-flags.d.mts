/** Read by the TypeScript compiler alone: the shape of `server-flags.mjs`. */
export const SERVER_FLAGS: readonly string[];

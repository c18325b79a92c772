/** Name of the order in which the pages of several types are one. */
export const MERGED = 'merged';

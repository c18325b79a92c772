/** What goes with every disclosure of records under the regulation. @see https://www.ecfr.gov/current/title-42/section-2.32 */
export const PART_TWO_NOTICE = '42 CFR part 2 prohibits unauthorized use or disclosure of these records.';

/** The header of an answer that carries the notice. */
export const PART_TWO_HEADER = 'Part2-Notice';

const LABEL = '"42CFRPart2"';

/** Does JSON text hold something that is labelled? */
export function isPartTwoText(json: string | Uint8Array): boolean {
  return typeof json === 'string'
    ? json.includes(LABEL)
    : Buffer.from(json.buffer, json.byteOffset, json.byteLength).includes(LABEL);
}

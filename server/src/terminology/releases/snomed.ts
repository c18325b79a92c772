import type { Lines, ReleasedConcept } from './released-concept.ts';

export const SNOMED = 'http://snomed.info/sct';
const IS_A = '116680003';
const FULLY_SPECIFIED = '900000000000003001';

/** The three snapshot files of a SNOMED CT release (RF2) that are read. */
export interface SnomedFiles {
  /** `sct2_Concept_Snapshot_…` */
  readonly concepts: Lines;
  /** `sct2_Description_Snapshot-en_…` */
  readonly descriptions: Lines;
  /** `sct2_Relationship_Snapshot_…` */
  readonly relationships: Lines;
}

/**
 * Reads a SNOMED CT release: concepts with their fully specified name without its tag as display, and `is a` parents.
 * @see https://confluence.ihtsdotools.org/display/DOCRELFMT
 */
export async function* readSnomed(files: SnomedFiles): AsyncGenerator<ReleasedConcept> {
  const displays = new Map<string, string>();
  for await (const [, , active, , concept, , type, term] of rows(files.descriptions)) {
    if (active === '1' && type === FULLY_SPECIFIED && concept && term) {
      displays.set(concept, term.replace(/ \([^()]+\)$/, ''));
    }
  }
  const parents = new Map<string, string[]>();
  for await (const [, , active, , child, parent, , type] of rows(files.relationships)) {
    if (active === '1' && type === IS_A && child && parent) {
      const known = parents.get(child);
      if (known) {
        known.push(parent);
      } else {
        parents.set(child, [parent]);
      }
    }
  }
  for await (const [code, , active] of rows(files.concepts)) {
    if (code) {
      yield { code, display: displays.get(code) ?? code, active: active === '1', parents: parents.get(code) ?? [] };
    }
  }
}

/** Rows of a tab-separated file, its heading left out. */
async function* rows(lines: Lines): AsyncGenerator<string[]> {
  let heading = true;
  for await (const line of lines) {
    if (!heading && line) {
      yield line.split('\t');
    }
    heading = false;
  }
}

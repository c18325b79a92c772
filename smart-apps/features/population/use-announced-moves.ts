import { useEffect, useRef } from 'react';
import type { Band, WorklistRow } from '../../client/index.ts';
import { announce, bandWord } from '../../ui/index.ts';

/** The sentence for patients whose band moved between two states of the list; empty when none did. */
export function movesSentence(before: ReadonlyMap<string, Band>, rows: readonly WorklistRow[]): string {
  const moved = rows.filter((row) => {
    const known = before.get(row.patient.id);
    return known !== undefined && known !== row.band;
  });
  const [first] = moved;
  if (!first) {
    return '';
  }
  const more = moved.length > 1 ? ` and ${moved.length - 1} more` : '';
  return `${first.patient.name} moved to ${bandWord(first.band)}, score ${first.score?.score ?? 'not known'}${more}`;
}

/** Says to screen readers when live changes move a patient into another band. */
export function useAnnouncedMoves(rows: readonly WorklistRow[]): void {
  const before = useRef<ReadonlyMap<string, Band>>(new Map());
  useEffect(() => {
    const sentence = movesSentence(before.current, rows);
    if (sentence) {
      announce(sentence);
    }
    before.current = new Map(rows.map((row): [string, Band] => [row.patient.id, row.band]));
  }, [rows]);
}

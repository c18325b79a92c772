import { conditionTable } from './condition-table.ts';

/** A condition with its code and every name it goes by. */
export interface Condition {
  /** ICD-10-CM code, FY2026. */
  readonly code: string;
  readonly name: string;
  /** Its name and its other names, lower case. */
  readonly names: readonly string[];
}

/** Every condition of the table. */
export const conditions: readonly Condition[] = conditionTable
  .trim()
  .split('\n')
  .map((line) => {
    const [code = '', name = '', others = ''] = line.split('|').map((part) => part.trim());
    const names = [name, ...others.split(';').map((other) => other.trim())].filter((each) => each !== '');
    return { code, name, names };
  });

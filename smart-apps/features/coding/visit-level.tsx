import { IconArrowDownRight, IconArrowUpRight } from '@tabler/icons-react';
import type { JSX } from 'react';
import type { VisitLevel } from '../../client/index.ts';
import { Card, roleWords } from '../../ui/index.ts';
import classes from './coding.module.css';

/** How the level of the visit came about, and what speaks for a higher and for a lower one, with equal weight. */
export function VisitLevelCard({ visit }: { visit: VisitLevel }): JSX.Element {
  return (
    <Card title="Level of the visit">
      <p className={classes.reason}>{visit.reason}</p>
      <dl className={classes.elements}>
        {visit.elements.map(({ name, words }) => (
          <div key={name}>
            <dt>{roleWords(name)}</dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
      <div className={classes.sides}>
        <section aria-label="Could it be too high?">
          <h3>
            <IconArrowDownRight size={17} aria-hidden /> Could it be too high?
          </h3>
          <p>{visit.atRisk ?? 'Nothing in the note speaks against this level.'}</p>
        </section>
        <section aria-label="Could it be too low?">
          <h3>
            <IconArrowUpRight size={17} aria-hidden /> Could it be too low?
          </h3>
          <p>{visit.forHigher ?? 'Nothing in the note speaks for a higher level.'}</p>
        </section>
      </div>
    </Card>
  );
}

import type { JSX } from 'react';
import type { Amount, Assessment, Change, Counterfactual } from '../../client/index.ts';
import { BandBadge, Card, factorValue, pointsText } from '../../ui/index.ts';
import classes from './patient-risk.module.css';

function said(code: string, amount: Amount | undefined): string {
  if (!amount) {
    return 'not known';
  }
  return amount.text ?? (code ? factorValue(code, amount.value, amount.unit) : String(amount.value ?? 'not known'));
}

function Move({ move }: { move: Counterfactual }): JSX.Element {
  return (
    <li>
      <strong>{move.label}</strong> at {said(move.factor, move.to)} instead of {said(move.factor, move.from)} would make
      it <BandBadge band={move.band} />
    </li>
  );
}

function ChangeLine({ change }: { change: Change }): JSX.Element {
  return (
    <li className="mb-numbers">
      <strong>{change.factor ? change.label : 'Score'}</strong>: {said(change.factor, change.from)} →{' '}
      {said(change.factor, change.to)}
      {change.points === undefined || !change.factor ? null : (
        <span className={classes.soft}> ({pointsText(change.points)} points)</span>
      )}
    </li>
  );
}

/** What is worth a line: every factor that moved, and the score unless nothing moved at all. */
function shownChanges(changes: readonly Change[]): readonly Change[] {
  const moved = changes.some((change) => change.factor || change.from?.value !== change.to?.value);
  return moved ? changes : [];
}

/** What would move the band, and what changed since the last assessment. */
export function Explanation({ latest }: { latest: Assessment }): JSX.Element {
  const changes = shownChanges(latest.changes);
  return (
    <>
      <Card title="What would move the band">
        {latest.counterfactuals.length > 0 ? (
          <ul className={classes.lines}>
            {latest.counterfactuals.map((move) => (
              <Move key={`${move.factor}-${move.band}`} move={move} />
            ))}
          </ul>
        ) : (
          <p className={classes.soft}>No change of a single factor moves this patient into another band.</p>
        )}
      </Card>
      <Card title="What changed since last time">
        {changes.length > 0 ? (
          <ul className={classes.lines}>
            {changes.map((change, index) => (
              <ChangeLine key={`${change.factor}-${String(index)}`} change={change} />
            ))}
          </ul>
        ) : (
          <p className={classes.soft}>
            {latest.changes.length > 0
              ? 'Neither the score nor any factor has changed.'
              : 'This is the first assessment of this patient.'}
          </p>
        )}
      </Card>
    </>
  );
}

const ENGINE_WORDS: Readonly<Record<string, string>> = {
  embedded: 'Written by the embedded engine, from the figures above',
  claude: 'Written by Claude; every figure was checked against the score',
};

/** The narrative, and which engine wrote it. */
export function Narrative({ latest }: { latest: Assessment }): JSX.Element | null {
  if (!latest.narrative) {
    return null;
  }
  return (
    <Card title="In words">
      <p className={classes.note} style={{ margin: 0 }}>
        {latest.narrative}
      </p>
      <p className={classes.intended} data-testid="engine">
        {ENGINE_WORDS[latest.engine ?? ''] ?? 'The engine that wrote this is not documented'}
        {latest.method ? ` · ${latest.method}` : ''}
      </p>
    </Card>
  );
}

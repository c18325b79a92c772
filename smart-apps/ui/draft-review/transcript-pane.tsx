import type { JSX } from 'react';
import { useEffect, useRef } from 'react';
import type { Transcript, Turn } from '../../client/index.ts';
import { soundTime } from '../../client/index.ts';
import { Tag } from '../tag.tsx';
import classes from './draft-review.module.css';
import type { TextRange } from './marked-text.tsx';
import { MarkedText } from './marked-text.tsx';
import { scrollInside } from './scroll-inside.ts';

function TurnLine({ turn, ranges }: { turn: Turn; ranges: readonly TextRange[] }): JSX.Element {
  const within = ranges.map(({ start, end }) => ({ start: start - turn.start, end: end - turn.start }));
  const touched = within.some(({ start, end }) => start < turn.words.length && end > 0);
  return (
    <li className={classes.turn} data-touched={touched || undefined} data-turn={turn.turn}>
      <span className={classes.speaker}>
        {turn.speaker}
        {turn.audioStart === undefined ? null : <time className="mb-numbers">{soundTime(turn.audioStart)}</time>}
      </span>
      <span>
        <MarkedText text={turn.words} ranges={touched ? within : []} />
      </span>
    </li>
  );
}

/** Everything that was said, with the words behind what is selected marked and brought into sight. */
export function TranscriptPane(props: { transcript: Transcript; ranges: readonly TextRange[] }): JSX.Element {
  const { transcript, ranges } = props;
  const pane = useRef<HTMLElement>(null);
  const first = ranges[0]?.start;
  useEffect(() => {
    if (first !== undefined) {
      scrollInside(pane.current, 'mark');
    }
  }, [first]);
  return (
    <>
      {transcript.simulated ? (
        <p className={classes.simulated}>
          <Tag tone="warn">Made by the simulator of speech-to-text</Tag>
        </p>
      ) : null}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable with the keyboard */}
      <section ref={pane} className={classes.scroll} tabIndex={0} aria-label="Transcript">
        <ol className={classes.turns}>
          {transcript.turns.map((turn) => (
            <TurnLine key={turn.turn} turn={turn} ranges={ranges} />
          ))}
        </ol>
      </section>
    </>
  );
}

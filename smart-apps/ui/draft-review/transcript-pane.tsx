import { IconPlayerPlayFilled } from '@tabler/icons-react';
import type { JSX } from 'react';
import { useEffect, useRef } from 'react';
import type { Transcript, Turn } from '../../client/index.ts';
import { soundTime, useRecording } from '../../client/index.ts';
import { Tag } from '../tag.tsx';
import classes from './draft-review.module.css';
import type { TextRange } from './marked-text.tsx';
import { MarkedText } from './marked-text.tsx';
import { scrollInside } from './scroll-inside.ts';

/** When something was said: a way to hear it where the sound was kept. */
function TurnTime({ seconds, onPlay }: { seconds: number; onPlay?: (seconds: number) => void }): JSX.Element {
  const time = soundTime(seconds);
  return onPlay ? (
    <button type="button" className={classes.play} onClick={() => onPlay(seconds)} aria-label={`Play from ${time}`}>
      <IconPlayerPlayFilled size={11} aria-hidden />
      {time}
    </button>
  ) : (
    <time>{time}</time>
  );
}

function TurnLine(props: {
  turn: Turn;
  ranges: readonly TextRange[];
  onPlay?: (seconds: number) => void;
}): JSX.Element {
  const { turn, ranges } = props;
  const within = ranges.map(({ start, end }) => ({ start: start - turn.start, end: end - turn.start }));
  const touched = within.some(({ start, end }) => start < turn.words.length && end > 0);
  return (
    <li className={classes.turn} data-touched={touched || undefined} data-turn={turn.turn}>
      <span className={classes.speaker}>
        {turn.speaker}
        {turn.audioStart === undefined ? null : <TurnTime seconds={turn.audioStart} onPlay={props.onPlay} />}
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
  const player = useRef<HTMLAudioElement>(null);
  const sound = useRecording(transcript.recording);
  const play = (seconds: number): void => {
    if (player.current) {
      player.current.currentTime = seconds;
      void player.current.play().catch(() => undefined);
    }
  };
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
      {sound ? (
        // biome-ignore lint/a11y/useMediaCaption: the transcript beside it says every word
        <audio
          ref={player}
          className={classes.player}
          src={sound}
          controls
          preload="metadata"
          aria-label="Recording of the visit"
        />
      ) : null}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable with the keyboard */}
      <section ref={pane} className={`${classes.scroll} mb-edges`} tabIndex={0} aria-label="Transcript">
        <ol className={classes.turns}>
          {transcript.turns.map((turn) => (
            <TurnLine key={turn.turn} turn={turn} ranges={ranges} onPlay={sound ? play : undefined} />
          ))}
        </ol>
      </section>
    </>
  );
}

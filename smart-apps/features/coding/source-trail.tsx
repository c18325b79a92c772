import { Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconShieldCheck } from '@tabler/icons-react';
import type { JSX } from 'react';
import { useEffect, useRef } from 'react';
import type { CodeSuggestion, NoteDraft, TrailStep } from '../../client/index.ts';
import { sentencesWithin, soundTime, useTranscript } from '../../client/index.ts';
import { ErrorState, MarkedText, Notice, scrollInside, TextSkeleton, TranscriptPane } from '../../ui/index.ts';
import classes from './coding.module.css';
import type { CodingReview } from './use-coding-review.ts';

function NoteText({ note, suggestion }: { note: NoteDraft; suggestion?: CodeSuggestion }): JSX.Element {
  const pane = useRef<HTMLElement>(null);
  const { start, end } = suggestion ?? {};
  useEffect(() => {
    if (start !== undefined) {
      scrollInside(pane.current, 'mark');
    }
  }, [start]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable with the keyboard
    <section ref={pane} className={`${classes.note} mb-edges`} tabIndex={0} aria-label="Text of the signed note">
      <pre>
        <MarkedText text={note.text} ranges={start !== undefined && end !== undefined ? [{ start, end }] : []} />
      </pre>
    </section>
  );
}

function Checked({ steps }: { steps: readonly TrailStep[] }): JSX.Element | null {
  if (steps.length === 0) {
    return null;
  }
  const good = steps.every((step) => step.resolves);
  const heard = steps.find((step) => step.audioStart !== undefined)?.audioStart;
  return (
    <p className={classes.checked} data-good={good}>
      {good ? <IconShieldCheck size={17} aria-hidden /> : <IconAlertTriangle size={17} aria-hidden />}
      {good ? 'The server found every quote where it is said to stand.' : 'A quote does not stand where it should.'}
      {heard === undefined ? null : ` Heard at ${soundTime(heard)}.`}
    </p>
  );
}

/** What stands in place of the words for those whose role has no notes. */
function NotesClosed({ selected }: { selected?: CodeSuggestion }): JSX.Element {
  return (
    <Stack gap={10}>
      {selected ? (
        <Text>{selected.rationale || 'The claim names no reason for this code.'}</Text>
      ) : (
        <Text c="dimmed">Choose a code to see why it was suggested.</Text>
      )}
      <Notice kind="info" title="The note itself is not open to your role.">
        Whoever signed it can see the words behind each code. Ask them where a code is unclear.
      </Notice>
    </Stack>
  );
}

/** From a code to the words of the note, and from there to what was said in the visit, and when. */
export function SourceTrail({ review, selected }: { review: CodingReview; selected?: CodeSuggestion }): JSX.Element {
  const { note, trail } = review;
  const { transcript, problem } = useTranscript(review.transcript);
  const spanned =
    note && selected?.start !== undefined && selected.end !== undefined
      ? sentencesWithin(note, selected.start, selected.end)
      : [];
  const steps = spanned.flatMap((sentence) => trail.get(sentence.id) ?? []);
  const ranges = spanned.flatMap((sentence) => sentence.support.filter((one) => one.turn !== undefined));
  if (!review.readsNotes) {
    return <NotesClosed selected={selected} />;
  }
  return (
    <div className={classes.trail}>
      <h3 className={classes.sourceTitle}>Signed note</h3>
      {note ? <NoteText note={note} suggestion={selected} /> : <Text c="dimmed">The note is not open to you.</Text>}
      {selected && selected.start === undefined ? (
        <Text size="sm" c="dimmed" mt={8}>
          This code rests on the whole note.
        </Text>
      ) : null}
      <Checked steps={steps} />
      <h3 className={classes.sourceTitle}>What was said</h3>
      {problem ? <ErrorState problem={problem} /> : null}
      {transcript ? <TranscriptPane transcript={transcript} ranges={ranges} /> : null}
      {!transcript && !problem && review.transcript ? <TextSkeleton lines={6} label="Loading the transcript" /> : null}
      {review.transcript ? null : (
        <Text size="sm" c="dimmed">
          There is no transcript that is open to you.
        </Text>
      )}
    </div>
  );
}

import { Text } from '@mantine/core';
import type { DocumentReference } from '@medplum/fhirtypes';
import type { JSX } from 'react';
import { useMemo, useState } from 'react';
import type { Sentence } from '../../client/index.ts';
import { useMe, useTranscript } from '../../client/index.ts';
import { Card, DraftReview, ErrorState, NoteSections, TextSkeleton, TranscriptPane } from '../../ui/index.ts';
import { AddSentence } from './add-sentence.tsx';
import { Findings } from './findings.tsx';
import { OtherSources } from './other-sources.tsx';
import { SentenceActions } from './sentence-actions.tsx';
import { SignBar } from './sign-bar.tsx';
import { useNoteReview } from './use-note-review.ts';

function Source({ document, sentence }: { document?: DocumentReference; sentence?: Sentence }): JSX.Element {
  const { transcript, problem } = useTranscript(document);
  const reference = document ? `DocumentReference/${document.id ?? ''}` : '';
  const spoken = (sentence?.support ?? []).filter((one) => one.source.split('/_history/')[0] === reference);
  return (
    <>
      {sentence ? <OtherSources sentence={sentence} transcript={reference} /> : null}
      {problem ? <ErrorState problem={problem} /> : null}
      {transcript ? (
        <TranscriptPane transcript={transcript} ranges={spoken} />
      ) : problem || !document ? null : (
        <TextSkeleton lines={8} label="Loading the transcript" />
      )}
    </>
  );
}

/** Who wrote the draft, as the screen says it: rules on this server, or a model. */
function draftedBy(engine: string): string {
  if (engine === '') {
    return '';
  }
  return /embedded/.test(engine)
    ? `Drafted by the embedded engine, without a model (${engine})`
    : `Drafted by ${engine}`;
}

/** A note between draft and signature: sentences with their evidence beside them, findings, and the signature. */
export function NoteReviewScreen(props: {
  note: DocumentReference;
  transcript?: DocumentReference;
  onChange: (next: DocumentReference) => void;
}): JSX.Element {
  const review = useNoteReview(props.note, props.onChange);
  const me = useMe();
  const [selected, setSelected] = useState<string>();
  const { draft, findings } = review;
  const mine = draft.addressee === me.reference;
  const open = mine && (draft.state === 'draft' || draft.state === 'reviewed');
  const sentence = draft.sections.flatMap((section) => section.sentences).find((one) => one.id === selected);
  const flagged = useMemo(
    () => new Set(findings.filter((one) => !one.answer).flatMap((one) => one.sentences)),
    [findings],
  );
  const show = (id: string): void => {
    setSelected(id);
    document.querySelector(`[data-sentence="${CSS.escape(id)}"]`)?.scrollIntoView({ block: 'center' });
  };
  return (
    <DraftReview
      sourceTitle={sentence ? 'What this sentence rests on' : 'What was said'}
      selected={sentence?.id}
      draft={
        <>
          <Findings review={review} open={open} onShow={show} />
          <Card
            title={`${draft.template || 'Clinical'} note`}
            aside={
              <Text size="sm" c="dimmed">
                {draftedBy(draft.engine)}
              </Text>
            }
          >
            <NoteSections
              sections={draft.sections}
              selected={selected}
              flagged={flagged}
              onSelect={setSelected}
              actions={open ? (one) => <SentenceActions key={one.id} sentence={one} review={review} /> : undefined}
              footer={open ? (section) => <AddSentence section={section} review={review} /> : undefined}
            />
          </Card>
          <SignBar review={review} mine={mine} />
        </>
      }
      source={<Source document={props.transcript} sentence={sentence} />}
    />
  );
}

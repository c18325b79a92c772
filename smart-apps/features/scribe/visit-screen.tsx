import type { DocumentReference } from '@medplum/fhirtypes';
import type { JSX } from 'react';
import { useState } from 'react';
import { useTranscript } from '../../client/index.ts';
import {
  Card,
  dateAndTime,
  EmptyState,
  ErrorState,
  PatientBanner,
  TextSkeleton,
  TranscriptPane,
} from '../../ui/index.ts';
import { NoteReviewScreen } from './note-review.tsx';
import classes from './scribe.module.css';
import { StartDraft } from './start-draft.tsx';
import { TranscriptIntake } from './transcript-intake.tsx';
import type { Visit } from './use-visit.ts';
import { useVisit } from './use-visit.ts';

function Said({ document }: { document: DocumentReference }): JSX.Element {
  const { transcript, problem } = useTranscript(document);
  return (
    <Card title="What was said">
      {problem ? <ErrorState problem={problem} /> : null}
      {transcript ? (
        <TranscriptPane transcript={transcript} ranges={[]} />
      ) : problem ? null : (
        <TextSkeleton lines={8} label="Loading the transcript" />
      )}
    </Card>
  );
}

function Body({ visit, encounter }: { visit: Visit; encounter: string }): JSX.Element {
  const [changed, setChanged] = useState<DocumentReference>();
  const newer = changed && changed.id === visit.note?.id ? changed : visit.note;
  if (newer && newer.docStatus !== 'entered-in-error') {
    return <NoteReviewScreen key={newer.id} note={newer} transcript={visit.transcript} onChange={setChanged} />;
  }
  if (!visit.transcript) {
    return <TranscriptIntake encounter={encounter} patient={visit.patient} onDone={() => void visit.reload()} />;
  }
  return (
    <div className={classes.start}>
      <StartDraft encounter={encounter} onDone={visit.reload} />
      <Said document={visit.transcript} />
    </div>
  );
}

/** One visit, from its words to its signed note. */
export function VisitScreen({ encounter }: { encounter: string }): JSX.Element {
  const visit = useVisit(encounter);
  if (visit.state === 'failed') {
    return visit.problem ? (
      <ErrorState problem={visit.problem} onRetry={() => void visit.reload()} />
    ) : (
      <EmptyState title="This visit cannot be shown" />
    );
  }
  if (visit.state === 'loading') {
    return <TextSkeleton lines={10} label="Loading the visit" />;
  }
  return (
    <>
      <PatientBanner patient={visit.patient} visit={`${visit.kind}, ${dateAndTime(visit.start)}`} />
      <Body visit={visit} encounter={encounter} />
    </>
  );
}

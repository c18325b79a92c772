import type { DocumentReference } from '@medplum/fhirtypes';
import { useEffect, useState } from 'react';
import { useMedplum } from './app-context.ts';
import type { Transcript } from './notes/index.ts';
import { transcript, transcriptUrl } from './notes/index.ts';
import type { Problem } from './problem.ts';
import { problemOf } from './problem.ts';

/** A transcript with its words, which lie in a file of their own. */
export interface TranscriptResult {
  readonly transcript?: Transcript;
  readonly problem?: Problem;
}

/** Reads the words of a transcript; nothing while there is no document. */
export function useTranscript(document: DocumentReference | undefined): TranscriptResult {
  const medplum = useMedplum();
  const [result, setResult] = useState<TranscriptResult>({});
  const version = `${document?.id ?? ''}/${document?.meta?.versionId ?? ''}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a document of the same version has the same words
  useEffect(() => {
    const url = document && transcriptUrl(document);
    if (!url) {
      setResult({});
      return;
    }
    const address = /^Binary\//.test(url) ? medplum.fhirUrl(...url.split('/')).toString() : url;
    medplum
      .download(address)
      .then((blob) => blob.text())
      .then(
        (words) => setResult({ transcript: transcript(document, words) }),
        (error: unknown) => setResult({ problem: problemOf(error) }),
      );
  }, [medplum, version]);
  return result;
}

import type { MedplumClient } from '@medplum/core';
import type { DocumentReference } from '@medplum/fhirtypes';
import { documentFormatCoding } from '@mindbridge/fhir-profiles';
import { useEffect, useState } from 'react';
import { useMedplum } from './app-context.ts';
import type { Transcript } from './notes/index.ts';
import { inlineText, transcript, transcriptUrl } from './notes/index.ts';
import type { Problem } from './problem.ts';
import { problemOf } from './problem.ts';

/** A transcript with its words, which lie in a file of their own. */
export interface TranscriptResult {
  readonly transcript?: Transcript;
  readonly problem?: Problem;
}

/** Reads the words by their address, or out of the document itself; an answer that is no transcript is thrown, not shown. */
export async function readTranscript(medplum: MedplumClient, document: DocumentReference): Promise<Transcript> {
  const url = transcriptUrl(document);
  if (url === undefined) {
    return transcript(document, inlineText(document, documentFormatCoding.transcript.code) ?? '');
  }
  const address = /^Binary\//.test(url) ? medplum.fhirUrl(...url.split('/')) : url;
  const words = await medplum.get<string | undefined>(address, { headers: { Accept: '*/*' }, cache: 'no-cache' });
  return transcript(document, words ?? '');
}

/** Reads the words of a transcript; nothing while there is no document. */
export function useTranscript(document: DocumentReference | undefined): TranscriptResult {
  const medplum = useMedplum();
  const [result, setResult] = useState<TranscriptResult>({});
  const version = `${document?.id ?? ''}/${document?.meta?.versionId ?? ''}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a document of the same version has the same words
  useEffect(() => {
    let shown = true;
    const show = (next: TranscriptResult): void => {
      if (shown) {
        setResult(next);
      }
    };
    setResult({});
    if (document) {
      readTranscript(medplum, document).then(
        (found) => show({ transcript: found }),
        (error: unknown) => show({ problem: problemOf(error) }),
      );
    }
    return () => {
      shown = false;
    };
  }, [medplum, version]);
  return result;
}

import { ClientStorage, MedplumClient, MemoryStorage } from '@medplum/core';
import type { Attachment, DocumentReference } from '@medplum/fhirtypes';
import { documentFormatCoding } from '@mindbridge/fhir-profiles';
import { expect, it, vi } from 'vitest';
import { readTranscript } from './use-transcript.ts';

const TURNS = { turns: [{ turn: 0, speaker: 'doctor', start: 0, end: 5 }] };

function document(attachment: Attachment): DocumentReference {
  return {
    resourceType: 'DocumentReference',
    id: 't1',
    status: 'current',
    content: [
      { format: documentFormatCoding.transcript, attachment },
      { format: documentFormatCoding.transcriptTurns, attachment: { data: btoa(JSON.stringify(TURNS)) } },
    ],
  };
}

async function wordsOf(attachment: Attachment, answer: Response): Promise<string[]> {
  const fetch = vi.fn(async () => answer);
  const medplum = new MedplumClient({
    baseUrl: 'http://h/',
    storage: new ClientStorage(new MemoryStorage()),
    fetch,
    maxRetries: 0,
  });
  return (await readTranscript(medplum, document(attachment))).turns.map(({ words }) => words);
}

const plain = (text: string, status = 200): Response =>
  new Response(text, { status, headers: { 'content-type': 'text/plain' } });

it('reads the words of a file, and those that lie in the document', async () => {
  expect(await wordsOf({ url: 'Binary/b' }, plain('Hello you'))).toEqual(['Hello']);
  expect(await wordsOf({ data: btoa('Hello you') }, plain('', 404))).toEqual(['Hello']);
});

it('never shows an answer of the server as what was said', async () => {
  const outcome = {
    resourceType: 'OperationOutcome',
    id: 'not-found',
    issue: [{ severity: 'error', code: 'not-found' }],
  };
  await expect(wordsOf({ url: 'Binary/b' }, Response.json(outcome, { status: 404 }))).rejects.toThrow();
  await expect(wordsOf({ url: 'Binary/b' }, plain('Bad gateway', 502))).rejects.toThrow();
});

import type { Claim, DetectedIssue, DocumentReference, Task } from '@medplum/fhirtypes';
import { codeSystemUrl, documentFormatCoding, extensionUrl, findingCoding } from '@mindbridge/fhir-profiles';
import { describe, expect, it } from 'vitest';
import type { CodeDecision } from './index.ts';
import {
  abstention,
  billedCode,
  byWeight,
  codedClaim,
  decisionsOf,
  evidenceTrail,
  finding,
  noteDraft,
  reviewParameters,
  sentencesWithin,
  soundTime,
  transcript,
  transcriptUrl,
  withCode,
  withDecisions,
  withoutCodes,
} from './index.ts';

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

const TEXT = 'SUBJECTIVE\nFühlt sich müde.\n';
const EVIDENCE = {
  version: 1,
  template: 'SOAP',
  engine: { name: 'soap-embedded', version: '1.0.0' },
  sections: [
    { code: 'subjective', title: 'Subjective' },
    { code: 'plan', title: 'Plan' },
  ],
  sentences: [
    {
      sentenceId: 's1',
      section: 'subjective',
      start: 11,
      end: 28,
      text: 'Fühlt sich müde.',
      origin: 'edited',
      verdict: 'supported',
      draftText: 'Fühlt sich schwach.',
      support: [{ source: 'DocumentReference/t/_history/1', turn: 2, start: 5, end: 9, quote: 'müde', sha256: 'x' }],
    },
  ],
};
const NOTE: DocumentReference = {
  resourceType: 'DocumentReference',
  id: 'n',
  meta: { versionId: '3', tag: [{ system: codeSystemUrl.noteStatus, code: 'reviewed' }] },
  status: 'current',
  docStatus: 'preliminary',
  authenticator: { reference: 'Practitioner/1' },
  content: [
    { attachment: { data: base64(TEXT) }, format: documentFormatCoding.note },
    { attachment: { data: base64(JSON.stringify(EVIDENCE)) }, format: documentFormatCoding.evidence },
  ],
};

describe('a note', () => {
  it('has its sections with their sentences, the empty ones too', () => {
    const draft = noteDraft(NOTE);
    expect(draft).toMatchObject({ state: 'reviewed', version: '3', engine: 'soap-embedded 1.0.0', text: TEXT });
    expect(draft.sections.map(({ code, sentences }) => [code, sentences.length])).toEqual([
      ['subjective', 1],
      ['plan', 0],
    ]);
    expect(draft.sections[0]?.sentences[0]).toMatchObject({ origin: 'edited', draftText: 'Fühlt sich schwach.' });
    expect(sentencesWithin(draft, 20, 24)).toHaveLength(1);
    expect(sentencesWithin(draft, 28, 30)).toHaveLength(0);
  });

  it('is shown whatever it lacks', () => {
    const bare: DocumentReference = { resourceType: 'DocumentReference', status: 'current', content: [] };
    expect(noteDraft(bare)).toMatchObject({ state: 'draft', sections: [], text: '' });
    expect(noteDraft({ ...bare, docStatus: 'final' }).state).toBe('signed');
    const broken = { attachment: { data: base64('{"sections": 4') }, format: documentFormatCoding.evidence };
    expect(noteDraft({ ...bare, content: [broken] }).sections).toEqual([]);
  });

  it('is reviewed sentence by sentence', () => {
    const { parameter } = reviewParameters({
      edits: [
        { kind: 'change', id: 's1', text: 'x', human: true },
        { kind: 'remove', id: 's2' },
        { kind: 'add', section: 'plan', text: 'y' },
      ],
      answers: [{ issue: 'DetectedIssue/1', reason: 'r' }],
      decision: 'draft',
      seconds: 12.4,
    });
    expect(parameter?.map(({ name }) => name)).toEqual([
      'sentence',
      'sentence',
      'sentence',
      'finding',
      'decision',
      'seconds',
    ]);
    expect(parameter?.[0]?.part?.map(({ name }) => name)).toEqual(['id', 'text', 'human']);
    expect(parameter?.[1]?.part?.map(({ name }) => name)).toEqual(['id', 'remove']);
    expect(parameter?.[2]?.part?.map(({ name }) => name)).toEqual(['section', 'text']);
    expect(parameter?.[5]?.valueDecimal).toBe(12);
  });
});

it('a transcript has its words by turn, and the time in its sound', () => {
  const document: DocumentReference = {
    resourceType: 'DocumentReference',
    id: 't',
    status: 'current',
    extension: [{ url: extensionUrl.simulated, valueBoolean: true }],
    content: [
      { attachment: { url: 'Binary/b' }, format: documentFormatCoding.transcript },
      {
        attachment: {
          data: base64(JSON.stringify({ turns: [{ turn: 1, speaker: 'doctor', start: 9, end: 14, audioStart: 187 }] })),
        },
        format: documentFormatCoding.transcriptTurns,
      },
    ],
  };
  expect(transcriptUrl(document)).toBe('Binary/b');
  const { turns, simulated } = transcript(document, '[doctor] hello\n');
  expect(simulated).toBe(true);
  expect(turns[0]).toMatchObject({ speaker: 'doctor', words: 'hello', audioStart: 187 });
  expect(soundTime(187)).toBe('3:07');
  expect(transcript({ resourceType: 'DocumentReference', status: 'current', content: [] }, '').turns).toEqual([]);
});

it('findings come by weight, answered ones last', () => {
  const issue = (id: string, severity: DetectedIssue['severity'], answer?: string): DetectedIssue => ({
    resourceType: 'DetectedIssue',
    id,
    status: 'preliminary',
    severity,
    code: { coding: [findingCoding.dose] },
    evidence: [{ code: [{ text: 's1' }] }],
    ...(answer && { mitigation: [{ action: { text: answer } }] }),
  });
  const sorted = byWeight([issue('a', 'low'), issue('b', 'high', 'because'), issue('c', 'high')].map(finding));
  expect(sorted.map(({ id }) => id)).toEqual(['c', 'a', 'b']);
  expect(sorted[0]).toMatchObject({ title: 'Dose', weight: 'block', sentences: ['s1'] });
  expect(finding({ resourceType: 'DetectedIssue', status: 'final' })).toMatchObject({ weight: 'inform', detail: '' });
});

it('an abstention says why', () => {
  expect(
    abstention({ resourceType: 'GuidanceResponse', status: 'failure', reasonCode: [{ text: 'Too short.' }] }),
  ).toMatchObject({ reason: 'Too short.' });
  expect(abstention(NOTE)).toBeUndefined();
});

describe('a draft claim', () => {
  const claim: Claim = {
    resourceType: 'Claim',
    id: 'c',
    status: 'draft',
    use: 'claim',
    type: {},
    patient: { reference: 'Patient/1' },
    created: '2026-11-24',
    provider: {},
    priority: {},
    insurance: [],
    diagnosis: [
      {
        sequence: 1,
        diagnosisCodeableConcept: { coding: [{ code: 'F41.0', display: 'panic disorder' }] },
        extension: [
          {
            url: extensionUrl.codeEvidence,
            extension: [
              { url: 'rationale', valueString: 'Named.' },
              { url: 'note', valueReference: { reference: 'DocumentReference/n/_history/4' } },
              { url: 'start', valueInteger: 3 },
              { url: 'end', valueInteger: 9 },
              { url: 'alternative', valueCoding: { code: 'F40.01' } },
            ],
          },
        ],
      },
    ],
    item: [
      {
        sequence: 1,
        diagnosisSequence: [1],
        productOrService: { coding: [{ system: codeSystemUrl.emLevel, code: 'established-4' }] },
        extension: [{ url: extensionUrl.emDecision, extension: [{ url: 'reason', valueString: 'Moderate.' }] }],
      },
    ],
  };

  it('names its codes, why, and the words behind them', () => {
    const coded = codedClaim(claim);
    expect(coded.note).toBe('DocumentReference/n/_history/4');
    expect(coded.visit?.reason).toBe('Moderate.');
    expect(coded.suggestions).toMatchObject([
      { key: 'diagnosis-1', kind: 'diagnosis', code: 'F41.0', rationale: 'Named.', start: 3, end: 9 },
      { key: 'item-1', kind: 'visit', code: 'established-4', alternatives: [] },
    ]);
  });

  it('loses rejected codes and what pointed at them, and takes changed ones', () => {
    const changed = withCode(claim, 'diagnosis-1', { code: 'F40.01', display: 'agoraphobia' });
    expect(codedClaim(changed).suggestions[0]).toMatchObject({ code: 'F40.01', rationale: 'Named.' });
    const less = withoutCodes(claim, new Set(['diagnosis-1']));
    expect(less.diagnosis).toBeUndefined();
    expect(less.item?.[0]?.diagnosisSequence).toBeUndefined();
    expect(withoutCodes(claim, new Set(['item-1'])).item).toBeUndefined();
  });

  it('names the codes that are billed, and no number for our own levels of a visit', () => {
    expect(codedClaim(claim).suggestions.map(billedCode)).toEqual(['F41.0', undefined]);
  });

  it('is judged code by code on its Task, which tells the decisions again', () => {
    const task: Task = { resourceType: 'Task', status: 'requested', intent: 'order' };
    const { suggestions } = codedClaim(claim);
    const decisions = new Map<string, CodeDecision>([
      ['diagnosis-1', { kind: 'edited', coding: { code: 'F40.01' } }],
      ['item-1', { kind: 'rejected' }],
    ]);
    const judged = withDecisions(task, suggestions, decisions);
    expect(decisionsOf(judged, suggestions)).toEqual(decisions);
    expect(decisionsOf({ ...judged, output: [] }, suggestions).size).toBe(0);
    expect(decisionsOf(undefined, suggestions).size).toBe(0);
    expect(judged.status).toBe('completed');
    expect(judged.output?.map((one) => [one.type.coding?.[0]?.code, one.valueCodeableConcept?.text])).toEqual([
      ['edited', 'instead of F41.0'],
      ['rejected', 'established-4'],
    ]);
  });
});

it('the trail of a note says whether each quote stands, and when it was heard', () => {
  const trail = evidenceTrail({
    resourceType: 'Parameters',
    parameter: [
      {
        name: 'sentence',
        part: [
          { name: 'id', valueString: 's1' },
          {
            name: 'support',
            part: [
              { name: 'resolves', valueBoolean: true },
              { name: 'audio-start', valueDecimal: 20 },
            ],
          },
        ],
      },
    ],
  });
  expect(trail.get('s1')).toMatchObject([{ resolves: true, audioStart: 20 }]);
});

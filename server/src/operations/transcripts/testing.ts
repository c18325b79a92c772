import type { Consent } from '@medplum/fhirtypes';
import { consentCoding } from '@mindbridge/fhir-profiles';
import type { SpokenTurn } from '../notes/transcript-text.ts';

function chunk(name: string, content: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(name, 0, 'latin1');
  head.writeUInt32LE(content.length, 4);
  return Buffer.concat([head, content, Buffer.alloc(content.length % 2)]);
}

/** A test audio: a moment of silence as WAV, whose comment holds what it is known to say. */
export function testAudio(turns: readonly SpokenTurn[]): Buffer {
  const format = Buffer.alloc(16);
  format.writeUInt16LE(1, 0);
  format.writeUInt16LE(1, 2);
  format.writeUInt32LE(8000, 4);
  format.writeUInt32LE(16_000, 8);
  format.writeUInt16LE(2, 12);
  format.writeUInt16LE(16, 14);
  const comment = chunk('ICMT', Buffer.from(`${JSON.stringify(turns)}\0`));
  const content = Buffer.concat([
    Buffer.from('WAVE'),
    chunk('fmt ', format),
    chunk('LIST', Buffer.concat([Buffer.from('INFO'), comment])),
    chunk('data', Buffer.alloc(1600)),
  ]);
  return chunk('RIFF', content);
}

/** A consent of a patient to recording and transcription. */
export function recordingConsent(patient: string, more: Partial<Consent> = {}): Consent {
  return {
    resourceType: 'Consent',
    status: 'active',
    scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'treatment' }] },
    category: [{ coding: [consentCoding.visitRecording] }],
    patient: { reference: patient },
    dateTime: '2026-01-01',
    policyRule: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'OPTIN' }] },
    provision: { type: 'permit' },
    ...more,
  };
}

import { z } from 'zod';
import type { SpeechEngine } from './speech-engine.ts';

const spokenSchema = z.array(
  z.object({ speaker: z.string(), text: z.string(), audioStart: z.number().min(0), audioEnd: z.number().min(0) }),
);

/** The comment (`ICMT`) of a WAV file. @see https://www.loc.gov/preservation/digital/formats/fdd/fdd000626.shtml */
function commentOf(bytes: Uint8Array): string | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.toString('latin1', 0, 4) !== 'RIFF' || buffer.toString('latin1', 8, 12) !== 'WAVE') {
    return undefined;
  }
  for (let at = 12; at + 8 <= buffer.length; ) {
    const size = buffer.readUInt32LE(at + 4);
    const isInfo =
      buffer.toString('latin1', at, at + 4) === 'LIST' && buffer.toString('latin1', at + 8, at + 12) === 'INFO';
    if (isInfo && buffer.toString('latin1', at + 12, at + 16) === 'ICMT') {
      const length = buffer.readUInt32LE(at + 16);
      return buffer.toString('utf8', at + 20, at + 20 + length).replace(/\0+$/, '');
    }
    at += 8 + size + (size % 2);
  }
  return undefined;
}

/**
 * Stands in for speech-to-text where no service is set up. It hears nothing: it gives the transcript that a test audio
 * carries in its comment, and refuses every other sound.
 */
export function speechSimulator(): SpeechEngine {
  return {
    name: 'simulator',
    version: '1.0.0',
    isSimulated: true,
    async transcribe({ bytes }) {
      try {
        return { kind: 'heard', turns: spokenSchema.parse(JSON.parse(commentOf(bytes) ?? '')) };
      } catch {
        const reason =
          'The simulator only knows the test audios, which carry their transcript: set up a speech service';
        return { kind: 'failed', code: 'speech-unknown-audio', reason };
      }
    },
  };
}

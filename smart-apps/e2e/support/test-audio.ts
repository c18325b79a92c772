function chunk(name: string, content: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(name, 0, 'latin1');
  head.writeUInt32LE(content.length, 4);
  return Buffer.concat([head, content, Buffer.alloc(content.length % 2)]);
}

const RATE = 8000;

/** Ten seconds of silence as WAV, with a comment in which the simulator of speech-to-text reads what was said. */
export function testAudio(
  turns: readonly { speaker: string; text: string; audioStart: number; audioEnd: number }[],
): Buffer {
  const format = Buffer.alloc(16);
  format.writeUInt16LE(1, 0);
  format.writeUInt16LE(1, 2);
  format.writeUInt32LE(RATE, 4);
  format.writeUInt32LE(RATE * 2, 8);
  format.writeUInt16LE(2, 12);
  format.writeUInt16LE(16, 14);
  const comment = chunk('ICMT', Buffer.from(`${JSON.stringify(turns)}\0`));
  const content = Buffer.concat([
    Buffer.from('WAVE'),
    chunk('fmt ', format),
    chunk('LIST', Buffer.concat([Buffer.from('INFO'), comment])),
    chunk('data', Buffer.alloc(RATE * 2 * 10)),
  ]);
  return chunk('RIFF', content);
}

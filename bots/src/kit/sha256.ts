/** First 32 bits of the fractional parts of the cube roots of the first 64 primes. @see https://csrc.nist.gov/pubs/fips/180-4/upd1/final */
const ROUND = primes(64).map((prime) => fraction(Math.cbrt(prime)));
/** The same of the square roots of the first eight. */
const START = primes(8).map((prime) => fraction(Math.sqrt(prime)));

function primes(count: number): number[] {
  const found: number[] = [];
  for (let n = 2; found.length < count; n++) {
    if (found.every((prime) => n % prime !== 0)) {
      found.push(n);
    }
  }
  return found;
}

function fraction(root: number): number {
  return ((root - Math.floor(root)) * 2 ** 32) | 0;
}

/**
 * Lower-case hex SHA-256 of a text's UTF-8 bytes. Written out here because not every host of bots offers a `crypto`.
 * @see https://csrc.nist.gov/pubs/fips/180-4/upd1/final
 */
export function sha256(text: string): string {
  const bytes = utf8Bytes(text);
  const blocks = Math.ceil((bytes.length + 9) / 64);
  const padded = new Uint8Array(blocks * 64);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(padded.length - 4, bytes.length << 3);
  const state = Int32Array.from(START);
  for (let block = 0; block < blocks; block++) {
    compress(state, view, block * 64);
  }
  return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

function compress(state: Int32Array, view: DataView, offset: number): void {
  const words = new Int32Array(64);
  const word = (at: number): number => words[at] ?? 0;
  for (let t = 0; t < 64; t++) {
    words[t] =
      t < 16
        ? view.getInt32(offset + t * 4)
        : word(t - 16) + mix(word(t - 15), 7, 18, 3) + word(t - 7) + mix(word(t - 2), 17, 19, 10);
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let t = 0; t < 64; t++) {
    const choice = (e & f) ^ (~e & g);
    const first = (h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + choice + (ROUND[t] ?? 0) + word(t)) | 0;
    const majority = (a & b) ^ (a & c) ^ (b & c);
    const second = ((rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + majority) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((value, i) => {
    state[i] = (state[i] ?? 0) + value;
  });
}

function rotate(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

function mix(word: number, first: number, second: number, shift: number): number {
  return rotate(word, first) ^ rotate(word, second) ^ (word >>> shift);
}

/** UTF-8 bytes of a text; a lone surrogate becomes the replacement character. */
export function utf8Bytes(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const char of text) {
    const point = char.codePointAt(0) ?? 0;
    const code = point >= 0xd800 && point <= 0xdfff ? 0xfffd : point;
    if (code < 0x80) {
      bytes.push(code);
    } else if (code < 0x800) {
      bytes.push(0xc0 | (code >> 6), tail(code));
    } else if (code < 0x10000) {
      bytes.push(0xe0 | (code >> 12), tail(code >> 6), tail(code));
    } else {
      bytes.push(0xf0 | (code >> 18), tail(code >> 12), tail(code >> 6), tail(code));
    }
  }
  return Uint8Array.from(bytes);
}

function tail(bits: number): number {
  return 0x80 | (bits & 0x3f);
}

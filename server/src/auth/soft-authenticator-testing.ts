import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';

/** The least of CBOR that an attestation and a COSE key need. @see https://www.rfc-editor.org/rfc/rfc8949 */
function cbor(value: number | string | Buffer | Map<number | string, unknown>): Buffer {
  const head = (major: number, length: number): Buffer =>
    length < 24
      ? Buffer.from([(major << 5) | length])
      : length < 256
        ? Buffer.from([(major << 5) | 24, length])
        : Buffer.from([(major << 5) | 25, length >> 8, length & 255]);
  if (typeof value === 'number') {
    return value < 0 ? head(1, -value - 1) : head(0, value);
  }
  if (typeof value === 'string') {
    return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  }
  if (Buffer.isBuffer(value)) {
    return Buffer.concat([head(2, value.length), value]);
  }
  const entries = [...value].flatMap(([key, entry]) => [cbor(key), cbor(entry as Buffer)]);
  return Buffer.concat([head(5, value.size), ...entries]);
}

const sha256 = (data: Buffer | string): Buffer => createHash('sha256').update(data).digest();
const url = (data: Buffer | string): string => Buffer.from(data).toString('base64url');
const FLAGS = { present: 0x01, verified: 0x04, backupEligible: 0x08, backedUp: 0x10, attested: 0x40 };

/** What a test may get wrong. */
interface Faults {
  readonly origin?: string;
  readonly rpId?: string;
  readonly verified?: boolean;
  readonly type?: string;
  readonly userHandle?: string;
}

/** An authenticator in software, for tests: it keeps one ES256 key and counts its signatures. */
export class SoftAuthenticator {
  readonly id = url(randomBytes(32));
  counter = 0;
  private readonly origin: string;
  private readonly counts: boolean;
  private readonly publicKey: KeyObject;
  private readonly privateKey: KeyObject;
  private userHandle = '';

  constructor(origin: string, { counts = true }: { readonly counts?: boolean } = {}) {
    this.origin = origin;
    this.counts = counts;
    ({ publicKey: this.publicKey, privateKey: this.privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' }));
  }

  /** `navigator.credentials.create` and `toJSON`. */
  create(options: unknown, faults: Faults = {}): Record<string, unknown> {
    const { challenge, rp, user } = options as { challenge: string; rp: { id: string }; user: { id: string } };
    this.userHandle = user.id;
    const { x = '', y = '' } = this.publicKey.export({ format: 'jwk' });
    const coseKey = new Map<number, unknown>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, Buffer.from(x, 'base64url')],
      [-3, Buffer.from(y, 'base64url')],
    ]);
    const credential = Buffer.from(this.id, 'base64url');
    const attested = Buffer.concat([
      Buffer.alloc(16),
      Buffer.from([0, credential.length]),
      credential,
      cbor(coseKey as Map<number, unknown>),
    ]);
    const authData = Buffer.concat([this.authData(faults.rpId ?? rp.id, faults, FLAGS.attested), attested]);
    const attestation = new Map<string, unknown>([
      ['fmt', 'none'],
      ['attStmt', new Map()],
      ['authData', authData],
    ]);
    return this.answer({
      clientDataJSON: this.clientData(challenge, 'webauthn.create', faults),
      attestationObject: url(cbor(attestation)),
      transports: ['internal'],
    });
  }

  /** `navigator.credentials.get` and `toJSON`. */
  get(options: unknown, faults: Faults = {}): Record<string, unknown> {
    const { challenge, rpId = '' } = options as { challenge: string; rpId?: string };
    this.counter += this.counts ? 1 : 0;
    const authData = this.authData(faults.rpId ?? rpId, faults, 0);
    const clientDataJSON = this.clientData(challenge, 'webauthn.get', faults);
    const signed = Buffer.concat([authData, sha256(Buffer.from(clientDataJSON, 'base64url'))]);
    return this.answer({
      clientDataJSON,
      authenticatorData: url(authData),
      signature: url(createSign('sha256').update(signed).sign(this.privateKey)),
      userHandle: (faults.userHandle ?? this.userHandle) || undefined,
    });
  }

  private authData(rpId: string, { verified = true }: Faults, more: number): Buffer {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(this.counter);
    const flags = FLAGS.present | (verified ? FLAGS.verified : 0) | FLAGS.backupEligible | more;
    return Buffer.concat([sha256(rpId), Buffer.from([flags]), counter]);
  }

  private clientData(challenge: string, type: string, { origin = this.origin, type: other }: Faults): string {
    return url(JSON.stringify({ type: other ?? type, challenge, origin, crossOrigin: false }));
  }

  private answer(response: Record<string, unknown>): Record<string, unknown> {
    return { id: this.id, rawId: this.id, type: 'public-key', clientExtensionResults: {}, response };
  }
}

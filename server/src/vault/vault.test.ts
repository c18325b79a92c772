/** Data keys, and what they seal. @see security.md S75 */

import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Communication, Patient, Resource } from '@medplum/fhirtypes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Row, sql } from '../database/index.ts';
import { createTestDatabase, type TestDatabase } from '../database/testing.ts';
import { awsKmsWrapper } from './aws-kms.ts';
import { decrypt, encrypt } from './cipher.ts';
import { createVault } from './create-vault.ts';
import { createDataKeys } from './data-keys.ts';
import { keyFileWrapper } from './key-file.ts';
import type { KeyWrapper } from './key-wrapper.ts';
import { openedTexts } from './opened-texts.ts';
import { hasPlainText } from './sealed-elements.ts';
import { isSealed, keyIdOf, sealText, unsealText } from './sealed-text.ts';

const key = { tenant: 2, kid: 'k1', key: Buffer.alloc(32, 7) };
const head = { id: 'c1', meta: { versionId: '1', lastUpdated: '2026-11-24T00:00:00.000Z' } };
const message: Communication = {
  resourceType: 'Communication',
  ...head,
  status: 'completed',
  payload: [
    { contentString: 'I am "afraid"\nof Ümit ☃' },
    { contentReference: { reference: 'Binary/1' } },
    { contentString: 'second' },
  ],
};
const textOf = (resource: Resource) => JSON.stringify(resource);

describe('S75: a sealed text', () => {
  it('comes back character by character, and shows nothing of what is sealed', () => {
    const sealed = sealText(textOf(message), message, key);
    expect(isSealed(sealed)).toBe(true);
    expect(keyIdOf(sealed)).toBe('k1');
    expect(JSON.parse(sealed)).toMatchObject({
      resourceType: 'Communication',
      payload: [{ contentString: '' }, {}, {}],
    });
    expect(sealed).not.toMatch(/afraid|second|Ümit/);
    expect(unsealText(sealed, key)).toBe(textOf(message));
  });

  it('is seen to lack an element that was sealed later', () => {
    const sealed = JSON.parse(sealText(textOf(message), message, key)) as Communication;
    expect(hasPlainText(sealed)).toBe(false);
    expect(hasPlainText({ ...sealed, note: [{ text: 'x' }] })).toBe(true);
    expect(hasPlainText(message)).toBe(true);
  });

  it('comes back whatever it is made of', () => {
    for (const text of [
      '\\',
      'ends with \\',
      '"',
      '\\"',
      ',"_sealed":"1.k1.x"}',
      '],[3,"',
      '\u0001\ud800\u2028',
      'x'.repeat(1e6),
    ]) {
      const payload = [{ contentString: text }, { contentString: `${text}${text}` }, { contentString: 'last' }];
      const odd: Communication = { ...message, payload };
      expect(unsealText(sealText(textOf(odd), odd, key), key)).toBe(textOf(odd));
    }
  });

  it('is remembered once opened, under its own key alone; what was changed is refused all the same', () => {
    const open = openedTexts();
    const sealed = sealText(textOf(message), message, key);
    const changed = sealed.replace('completed', 'cancelled');
    for (const _ of [1, 2]) {
      expect(open(sealed, key)).toBe(textOf(message));
      expect(() => open(changed, key)).toThrow();
      expect(() => open(sealed, { ...key, tenant: 3 })).toThrow();
    }
  });

  it('is left as it is when nothing in it is to be sealed', () => {
    const patient: Patient = { resourceType: 'Patient', ...head, identifier: [{ system: 'urn:x', value: '1' }] };
    expect(sealText(textOf(patient), patient, key)).toBe(textOf(patient));
  });

  it('seals social security numbers wherever a patient carries them, and the number alone', () => {
    const patient: Patient = {
      resourceType: 'Patient',
      ...head,
      extension: [{ url: 'https://mindbridge.health/fhir/StructureDefinition/ssn', valueString: '900-10-0001' }],
      identifier: [
        { system: 'urn:x', value: 'P001' },
        { system: 'http://hl7.org/fhir/sid/us-ssn', value: '900-10-0001' },
      ],
    };
    const sealed = sealText(textOf(patient), patient, key);
    expect(sealed).toContain('P001');
    expect(sealed).not.toContain('900-10');
    expect(unsealText(sealed, key)).toBe(textOf(patient));
  });

  it.each([
    ['another resource', (text: string) => text.replace('"id":"c1"', '"id":"c2"')],
    ['another version', (text: string) => text.replace('"versionId":"1"', '"versionId":"2"')],
    [
      'another element',
      (text: string) => text.replace('"payload":[{"contentString":""}', '"payload":[{"contentUrl":""}'),
    ],
    ['a changed row', (text: string) => text.replace('completed', 'stopped')],
  ])('does not open in %s', (_where, moved) => {
    const sealed = sealText(textOf(message), message, key);
    expect(moved(sealed)).not.toBe(sealed);
    expect(() => unsealText(moved(sealed), key)).toThrow();
  });

  it('does not open for another tenant', () => {
    expect(() => unsealText(sealText(textOf(message), message, key), { ...key, tenant: 3 })).toThrow();
  });
});

describe('S75: data keys', () => {
  let test: TestDatabase;
  const folder = mkdtempSync(join(tmpdir(), 'mindbridge-vault-'));
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(async () => {
    await test.close();
    rmSync(folder, { recursive: true });
  });

  it('lie in the database wrapped, and open with the same key file in every process', async () => {
    const clock = () => new Date();
    const open = async () =>
      createDataKeys({ database: test.database, wrapper: await keyFileWrapper(join(folder, 'master.json')), clock });
    const [one, other] = [await open(), await open()];
    const made = await one.current(5);
    expect(await other.byId(made.kid)).toEqual(made);
    const [row] = await test.database.query<{ wrapped: Buffer }>(
      sql`SELECT wrapped FROM data_key WHERE kid = ${made.kid}`,
    );
    expect(row?.wrapped.includes(made.key)).toBe(false);
    const strange = createDataKeys({
      database: test.database,
      wrapper: await keyFileWrapper(join(folder, 'other.json')),
      clock,
    });
    await expect(strange.byId(made.kid)).rejects.toMatchObject({ status: 503 });
    expect(await one.hashKey()).toEqual(await other.hashKey());
  });

  it('with AWS KMS: cached for five minutes while it is out, then 503, and back by itself', async () => {
    const kms = await kmsStandIn();
    let now = Date.parse('2026-11-24T00:00:00Z');
    const clock = () => new Date(now);
    const settings = { keyId: 'alias/x', region: 'eu-west-1', endpoint: kms.url, clock };
    const wrapper = awsKmsWrapper({ ...settings, credentials: { accessKeyId: 'AKID', secretAccessKey: 'secret' } });
    const keys = createDataKeys({ database: test.database, wrapper, clock });
    const made = await keys.current(6);
    expect(kms.seen[0]).toMatchObject({ target: 'TrentService.Encrypt', context: { tenant: '6' } });
    expect(kms.seen[0]?.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-west-1\/kms\/aws4_request, /,
    );
    kms.out = true;
    now += 299_000;
    expect(await keys.byId(made.kid)).toEqual(made);
    now += 2_000;
    await expect(async () => keys.byId(made.kid)).rejects.toMatchObject({ status: 503 });
    kms.out = false;
    expect(await keys.byId(made.kid)).toEqual(made);
    expect(await openedRow(wrapper)).toEqual({ content: textOf(message), fleeting: true });
    expect(await openedRow(await keyFileWrapper(join(folder, 'third.json')))).toEqual({ content: textOf(message) });
    await kms.close();
  });
});

/** A row with a sealed text, as the rooms see it. */
async function openedRow(wrapper: KeyWrapper): Promise<Row | undefined> {
  const { database, close } = await createTestDatabase();
  const vault = await createVault({ database, wrapper, clock: () => new Date('2026-11-24T00:05:01Z') });
  const content = await vault.seal(6, message, textOf(message));
  const [row] = await vault.database.query(sql`SELECT ${content}::text AS content`);
  await close();
  return row;
}

interface KmsStandIn {
  readonly url: string;
  readonly seen: { target: string; authorization: string; context: Record<string, string> }[];
  out: boolean;
  close(): Promise<void>;
}

/** Speaks the two actions of AWS KMS on this machine. */
async function kmsStandIn(): Promise<KmsStandIn> {
  const master = Buffer.alloc(32, 9);
  const state: { out: boolean; seen: KmsStandIn['seen'] } = { out: false, seen: [] };
  const server: Server = createServer(async (request, response) => {
    const body = JSON.parse(Buffer.concat(await request.toArray()).toString()) as Record<string, string> & {
      EncryptionContext: Record<string, string>;
    };
    const target = String(request.headers['x-amz-target']);
    state.seen.push({ target, authorization: String(request.headers.authorization), context: body.EncryptionContext });
    if (state.out) {
      response.writeHead(500).end('{}');
      return;
    }
    const place = JSON.stringify(body.EncryptionContext);
    const answer = target.endsWith('Encrypt')
      ? { CiphertextBlob: encrypt(master, place, Buffer.from(body.Plaintext as string, 'base64')).toString('base64') }
      : { Plaintext: decrypt(master, place, Buffer.from(body.CiphertextBlob as string, 'base64')).toString('base64') };
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    seen: state.seen,
    get out() {
      return state.out;
    },
    set out(value) {
      state.out = value;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { canEnter, installedBinaries, serverUser } from './embedded-binaries.ts';

const folder = mkdtempSync(join(tmpdir(), 'mindbridge-enter-'));
const stranger = { uid: 65_533, gid: 65_533 };

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('canEnter', () => {
  it('asks every folder on the way', () => {
    const inner = join(folder, 'open');
    mkdirSync(inner);
    chmodSync(inner, 0o755);
    chmodSync(folder, 0o711);
    expect(canEnter(inner, stranger)).toBe(true);
    chmodSync(folder, 0o700);
    expect(canEnter(inner, stranger)).toBe(false);
    expect(canEnter(inner, undefined)).toBe(true);
  });
});

describe('installedBinaries', () => {
  it('finds what npm has installed, with its version', () => {
    const { folder: native, version } = installedBinaries();
    expect(existsSync(join(native, 'bin', 'postgres'))).toBe(true);
    expect(version).toMatch(/^\d+\.\d+/);
  });
});

describe('serverUser', () => {
  it('is never root', () => {
    const user = serverUser();
    expect(process.getuid?.() === 0 ? user?.uid : 'ourselves').not.toBe(0);
  });
});

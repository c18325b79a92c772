import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claimOwnership, releaseOwnership } from './embedded-owner.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mindbridge-owner-'));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

describe('claimOwnership', () => {
  it('gives the folder to the first, and to nobody else while that one lives', async () => {
    expect(await claimOwnership(root, process.pid)).toBe(true);
    expect(await claimOwnership(root, process.ppid)).toBe(false);
  });

  it('gives it anew once the owner has released it', async () => {
    await claimOwnership(root, process.pid);
    releaseOwnership(root);
    expect(await claimOwnership(root, process.ppid)).toBe(true);
  });

  it.each([
    ['a process that is gone', '4194303 1'],
    ['a process whose id was given anew', `${process.pid} 1`],
    ['nobody, in a damaged file', 'x'],
  ])('takes it over from %s', async (_, claim) => {
    writeFileSync(join(root, 'owner'), claim);
    expect(await claimOwnership(root, process.pid)).toBe(true);
  });
});

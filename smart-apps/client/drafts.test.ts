import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { afterEach, expect, it, vi } from 'vitest';
import type { Draft } from './drafts.ts';
import { createDrafts } from './drafts.ts';

const useNote = createDrafts<string>();

function Screen({ place, found }: { place: string; found: Draft<string>[] }): null {
  found.push(useNote(place));
  return null;
}

/** What a screen at a place finds when it is shown. */
function shown(place: string): Draft<string> {
  const found: Draft<string>[] = [];
  renderToStaticMarkup(createElement(Screen, { place, found }));
  return found[0] ?? [undefined, () => undefined];
}

/** A window whose closing can be tried: true when it asks first. */
function closing(): () => boolean {
  const page = new EventTarget();
  vi.stubGlobal('window', page);
  return () => !page.dispatchEvent(new Event('beforeunload', { cancelable: true }));
}

afterEach(() => vi.unstubAllGlobals());

it('keeps what was entered at a place for the next time that it is shown, and asks before the page is closed', () => {
  const asks = closing();
  expect(shown('P004')[0]).toBeUndefined();
  shown('P004')[1]('Called her sister');
  expect(shown('P004')[0]).toBe('Called her sister');
  expect(shown('P009')[0]).toBeUndefined();
  expect(asks()).toBe(true);
});

it('forgets what was sent, and then lets the page go', () => {
  const asks = closing();
  shown('P004')[1]('Called her sister, twice');
  shown('P004')[1](undefined);
  expect(shown('P004')[0]).toBeUndefined();
  expect(asks()).toBe(false);
});

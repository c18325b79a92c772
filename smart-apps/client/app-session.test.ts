import type { LoginState, MedplumClient } from '@medplum/core';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { AppSession } from './app-session.ts';
import { createAppSession } from './app-session.ts';
import type { Draft } from './drafts.ts';
import { createDrafts, forgetDrafts, hasDrafts } from './drafts.ts';

const KEY = 'app:activeLogin';
const useNote = createDrafts<string>();

function login(profile: string, project = 'Project/1'): LoginState {
  return {
    accessToken: `of ${profile}`,
    refreshToken: '',
    profile: { reference: profile },
    project: { reference: project },
  };
}

let page: EventTarget;
let tokens: string[];
let stored: LoginState | undefined;
let session: AppSession;

/** What the browser tells this tab when another one writes its login, and whether MedplumClient hears of it. */
function otherTabWrites(next: LoginState | undefined, key = KEY): boolean {
  stored = key === KEY ? next : stored;
  const heard = vi.fn();
  page.addEventListener('storage', heard, { once: true });
  const event = Object.assign(new Event('storage'), { key, newValue: next ? JSON.stringify(next) : null });
  page.dispatchEvent(event);
  page.removeEventListener('storage', heard);
  return heard.mock.calls.length > 0;
}

function Screen({ found }: { found: Draft<string>[] }): null {
  found.push(useNote('P004'));
  return null;
}

function type(words: string): void {
  const found: Draft<string>[] = [];
  renderToStaticMarkup(createElement(Screen, { found }));
  found[0]?.[1](words);
}

beforeEach(() => {
  page = new EventTarget();
  vi.stubGlobal('window', page);
  tokens = [];
  stored = login('Practitioner/maria');
  const medplum = {
    getActiveLogin: () => stored,
    setAccessToken: (token: string) => tokens.push(token),
    getProfileAsync: async () => undefined,
  } as unknown as MedplumClient;
  session = createAppSession(() => medplum, { leave: () => undefined, unlockUrl: '/', loginKey: KEY });
  session.keepPerson();
});

afterEach(() => {
  forgetDrafts();
  vi.unstubAllGlobals();
});

it('leaves a tab without words to MedplumClient, which loads it again', () => {
  expect(otherTabWrites(undefined)).toBe(true);
  expect(session.ended()).toBeUndefined();
});

it('locks a tab with words when the session ends elsewhere, and opens it to the same person with her words', async () => {
  type('Called her sister');
  expect(otherTabWrites(undefined)).toBe(false);
  expect(session.ended()).toBe('expired');
  expect(otherTabWrites(login('Practitioner/maria'))).toBe(false);
  await vi.waitFor(() => expect(session.ended()).toBeUndefined());
  expect(tokens).toEqual(['of Practitioner/maria']);
  expect(hasDrafts()).toBe(true);
});

it.each([login('Practitioner/olga'), login('Practitioner/maria', 'Project/2'), { ...login(''), profile: {} }])(
  'throws the words away when somebody else signs in, or the same person at another clinic: %o',
  (other) => {
    type('Called her sister');
    session.end('expired');
    expect(otherTabWrites(other)).toBe(true);
    expect(hasDrafts()).toBe(false);
    expect(tokens).toEqual([]);
  },
);

it('takes a fresh token of the same person, and minds no other key', async () => {
  type('Called her sister');
  expect(otherTabWrites(login('Practitioner/maria'))).toBe(false);
  expect(tokens).toEqual(['of Practitioner/maria']);
  expect(otherTabWrites(undefined, 'other:activeLogin')).toBe(true);
  expect(session.ended()).toBeUndefined();
});

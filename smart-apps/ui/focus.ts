import type { RefObject } from 'react';
import { useEffect, useRef } from 'react';
import { useLocation } from 'react-router';

/** A `ref` for what a person fills in next: it has the focus as soon as it is shown. */
export function focusWhenShown(element: HTMLElement | null): void {
  element?.focus();
}

/** Moves the focus to the page when the address changes, so that keyboards and screen readers follow. */
export function useFocusOnNavigation(): RefObject<HTMLElement | null> {
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const first = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the path is what the effect follows
  useEffect(() => {
    if (!first.current) {
      main.current?.focus({ preventScroll: true });
      window.scrollTo(0, 0);
    }
    first.current = false;
  }, [pathname]);
  return main;
}

/** How long a screen may take to draw what became of an action, in ms. */
const DRAWN_MS = 50;

/**
 * Remembers what has the focus before an action, for a button that works cannot keep it. The returned function gives it
 * back when nothing else has it: to the same button, or to the page when that is gone.
 */
export function rememberFocus(): () => void {
  const from = document.activeElement;
  const giveBack = (): void => {
    if (document.activeElement === document.body) {
      const to = from instanceof HTMLElement && from.isConnected ? from : document.getElementById('main');
      to?.focus({ preventScroll: true });
    }
  };
  return () => void setTimeout(giveBack, DRAWN_MS);
}

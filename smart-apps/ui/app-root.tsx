import '@fontsource-variable/inter';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './global.css';
import { Button, MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import type { JSX, ReactNode } from 'react';
import { Component, StrictMode } from 'react';
import type { Root } from 'react-dom/client';
import { createRoot } from 'react-dom/client';
import { Announcer } from './announcer.tsx';
import { EmptyState } from './states.tsx';
import { theme } from './theme.ts';

/** Catches what a screen threw, so that a person sees words and not a white page. */
class Boundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? (
      <EmptyState
        title="This screen could not be shown"
        action={<Button onClick={() => window.location.reload()}>Load it again</Button>}
      >
        Nothing was lost or changed. If it happens again, tell your administrator what you were doing.
      </EmptyState>
    ) : (
      this.props.children
    );
  }
}

/** Theme, notifications and the live region around an app. */
function AppRoot({ children }: { children: ReactNode }): JSX.Element {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <Notifications position="top-right" limit={3} />
      <Announcer />
      <Boundary>{children}</Boundary>
    </MantineProvider>
  );
}

let root: Root | undefined;

/** Puts an app into the page, in place of what was there. */
export function mount(app: ReactNode): void {
  const element = document.getElementById('root');
  if (element) {
    root ??= createRoot(element);
    root.render(
      <StrictMode>
        <AppRoot>{app}</AppRoot>
      </StrictMode>,
    );
  }
}

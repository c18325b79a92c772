import type { MantineColorsTuple, MantineThemeOverride } from '@mantine/core';
import { createTheme } from '@mantine/core';

const tide: MantineColorsTuple = [
  '#eaf6f6',
  '#d3e9ea',
  '#a5d2d5',
  '#74babf',
  '#4ea5ac',
  '#3798a0',
  '#1f7f88',
  '#136a73',
  '#0b5860',
  '#03474f',
];

const slate: MantineColorsTuple = [
  '#c9d1d6',
  '#aab6bd',
  '#8a99a2',
  '#5f707a',
  '#3c4b54',
  '#2c3940',
  '#1f2a30',
  '#182127',
  '#12191e',
  '#0c1115',
];

/** Look of every MindBridge app: calm teal on paper, figures of equal width, round but not playful. */
export const theme: MantineThemeOverride = createTheme({
  primaryColor: 'tide',
  primaryShade: { light: 7, dark: 6 },
  colors: { tide, dark: slate },
  autoContrast: true,
  luminanceThreshold: 0.3,
  fontFamily: "'Inter Variable', ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif",
  headings: { fontWeight: '650', sizes: { h1: { fontSize: '1.625rem' }, h2: { fontSize: '1.125rem' } } },
  defaultRadius: 'md',
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { fw: 600 } },
    Checkbox: { defaultProps: { radius: 'sm' } },
    Modal: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } },
    Tooltip: { defaultProps: { withArrow: true, openDelay: 300 } },
    ActionIcon: { defaultProps: { variant: 'subtle', size: 'lg' } },
  },
});

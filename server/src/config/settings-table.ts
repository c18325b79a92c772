import { settings } from './settings.ts';

/** The table of settings as Markdown, for the README. */
export function settingsTable(): string {
  const rows = Object.values(settings).map(
    ({ env, type, default: fallback, doc }) => `| \`${env}\` | ${type} | ${shownDefault(fallback)} | ${doc} |`,
  );
  return ['| Setting | Type | Default | Meaning |', '|---|---|---|---|', ...rows].join('\n');
}

function shownDefault(fallback: string): string {
  return fallback === '' || fallback.includes(' ') || fallback.includes('`') ? fallback : `\`${fallback}\``;
}

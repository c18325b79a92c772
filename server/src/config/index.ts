/** Settings: one table, read once. Invariants: nothing else reads the environment; an unsafe value stops the start. */
export { isBaaProvider, type Provider } from './baa-provider.ts';
export { type Environment, readConfig } from './read-config.ts';
export type { Config } from './settings.ts';
export { settingsTable } from './settings-table.ts';

import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const excluded = ['**/node_modules/**', '**/dist/**', '**/generated/**'];

/** All workspaces in one run: `unit` and `apps` beside the code, `e2e` in a browser. */
export default defineConfig({
  test: {
    globalSetup: './infra/vitest-database.ts',
    // Left to itself, Vitest keeps a core free: of two cores one would be idle while tests wait for the other.
    maxWorkers: availableParallelism(),
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{server,bots,fhir-profiles,seed-bundles,infra}/**/*.test.ts'],
          exclude: excluded,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      { extends: true, test: { name: 'apps', include: ['smart-apps/**/*.test.{ts,tsx}'], exclude: excluded } },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['smart-apps/e2e/**/*.e2e.ts'],
          exclude: excluded,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});

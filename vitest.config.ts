import { existsSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const excluded = ['**/node_modules/**', '**/dist/**', '**/generated/**'];

/** All workspaces in one run: `unit` beside the code, `apps` if the apps bring a configuration of their own, `e2e` in a browser. */
export default defineConfig({
  test: {
    globalSetup: './infra/vitest-database.ts',
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
      existsSync('smart-apps/vitest.config.ts')
        ? './smart-apps/vitest.config.ts'
        : { extends: true, test: { name: 'apps', include: ['smart-apps/**/*.test.{ts,tsx}'], exclude: excluded } },
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

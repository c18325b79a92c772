import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { build, preview } from 'vite';

/** A page of its own origin that shows components of @medplum/react, as another company's app would. */
export interface ComponentPage {
  readonly url: string;
  stop(): Promise<void>;
}

/** Builds the page into a temporary folder and serves it. */
export async function serveComponentPage(): Promise<ComponentPage> {
  const outDir = await mkdtemp(join(tmpdir(), 'mindbridge-components-'));
  const shared = { configFile: false, root: join(import.meta.dirname, '../medplum-react'), logLevel: 'error' } as const;
  await build({ ...shared, plugins: [react()], build: { outDir, emptyOutDir: true, cssMinify: false, minify: false } });
  const server = await preview({ ...shared, build: { outDir }, preview: { port: 0, host: '127.0.0.1' } });
  const address = server.httpServer.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/`,
    stop: async () => {
      await server.close();
      await rm(outDir, { recursive: true, force: true });
    },
  };
}

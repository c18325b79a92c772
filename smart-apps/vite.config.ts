import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Server that the development server forwards to. */
const SERVER = 'http://localhost:8103';
const forwarded = ['/fhir', '/auth', '/oauth2', '/ws', '/.well-known', '/admin'];

/** One build, one page per app, shared assets. `cssMinify` is off: @medplum/react's stylesheet holds a variable that minifiers refuse. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/apps/',
  appType: 'mpa',
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    cssMinify: false,
    chunkSizeWarningLimit: 900,
    rollupOptions: {
      input: ['login', 'workspace', 'risk', 'scribe', 'coding'].map(
        (app) => `${import.meta.dirname}/${app}/index.html`,
      ),
    },
  },
  server: { proxy: Object.fromEntries(forwarded.map((path) => [path, { target: SERVER, ws: path === '/ws' }])) },
});

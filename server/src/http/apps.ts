import { join } from 'node:path';
import express, { type Router } from 'express';
import helmet from 'helmet';

/** Where the built apps lie and what they may talk to. */
export interface AppsOptions {
  /** Folder with one subfolder for each app, and `assets/`. */
  readonly folder: string;
  /** Apps of our own pages, which nobody else may show in a frame. */
  readonly apps: readonly string[];
  /** SMART apps, which other EHRs may show within theirs. */
  readonly smartApps: readonly string[];
  /** Origins of these EHRs: they may frame the SMART apps, which may call their FHIR base. */
  readonly ehrs: readonly string[];
}

/**
 * Content-Security-Policy and its companions for pages: our own scripts and styles, and nothing from elsewhere. The EHRs
 * named may frame the page and be called by it; X-Frame-Options, which can name nobody, is then left out.
 */
function pageHeaders(ehrs: readonly string[]): ReturnType<typeof helmet> {
  return helmet({
    xFrameOptions: ehrs.length === 0 && { action: 'sameorigin' },
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        // Mantine sets style attributes; no style comes from elsewhere.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'", ...ehrs],
        // Recordings of visits, by signed links of the FHIR server.
        mediaSrc: ["'self'", ...ehrs],
        manifestSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'self'", ...ehrs],
      },
    },
    referrerPolicy: { policy: 'no-referrer' },
    crossOriginEmbedderPolicy: false,
    strictTransportSecurity: false,
  });
}

/**
 * Serves the built apps under `/apps/<app>/`, each with its own page for every path below it; hashed assets may be kept
 * for a year, pages never.
 */
export function appPages(options: AppsOptions): Router {
  const router = express.Router();
  const [own, embedded] = [pageHeaders([]), pageHeaders(options.ehrs)];
  router.use('/apps', (request, response, next) => {
    const [, app = ''] = request.path.split('/');
    (options.smartApps.includes(app) ? embedded : own)(request, response, next);
  });
  router.use(
    '/apps/assets',
    express.static(join(options.folder, 'assets'), {
      immutable: true,
      maxAge: '365d',
      index: false,
      fallthrough: false,
    }),
  );
  for (const app of [...options.apps, ...options.smartApps]) {
    const page = join(options.folder, app, 'index.html');
    router.use(`/apps/${app}`, express.static(join(options.folder, app), { index: false, redirect: false }));
    router.get([`/apps/${app}`, `/apps/${app}/*path`], (_request, response) => {
      response.set('Cache-Control', 'no-cache').sendFile(page, { dotfiles: 'allow' }, (error) => {
        if (error && !response.headersSent) {
          response.status(503).type('text').send('The apps are not built yet: run `npm run build`.');
        }
      });
    });
  }
  return router;
}

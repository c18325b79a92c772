import express, { type Router } from 'express';

/** What readiness is decided by. */
export interface Health {
  readonly version: string;
  /** Resolves when the database answers a trivial query. */
  readonly ping: () => Promise<void>;
  /** True once everything is started and until the stop begins. */
  readonly ready: () => boolean;
}

/** `/healthcheck`: the process lives. `/readyz`: it can serve, database included (503 when it cannot). */
export function healthDoors(health: Health): Router {
  const router = express.Router();
  router.get('/healthcheck', (_request, response) => {
    response.set('Cache-Control', 'no-store').json({ ok: true, version: health.version });
  });
  router.get('/readyz', async (_request, response) => {
    const database = await health.ping().then(
      () => true,
      () => false,
    );
    const ready = health.ready() && database;
    response
      .status(ready ? 200 : 503)
      .set('Cache-Control', 'no-store')
      .json({ ready, database });
  });
  return router;
}

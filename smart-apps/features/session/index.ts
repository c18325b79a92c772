/** A session that ends by itself when nobody uses it. */
export { SessionGuard } from './session-guard.tsx';

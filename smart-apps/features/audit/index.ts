/** Who did what to whose record. */
export { AuditPage } from './audit-page.tsx';

/** AuditEvent, Provenance: every access leaves one entry, in the write's own statement or before a read is answered. */
export { AUDIT_COLUMNS, type AuditEntry, auditValues } from './audit-entry.ts';
export { createReadAudit, type ReadAudit } from './read-audit.ts';

/** AuditEvent, Provenance: every access leaves one entry, in the write's own statement or before a read is answered. */
export { AUDIT_COLUMNS, AUDIT_SELECT, type AuditEntry, auditValues, touchesSeveral } from './audit-entry.ts';
export { patientsOf } from './patients-of.ts';
export { createReadAudit, type ReadAudit } from './read-audit.ts';

/**
 * AuditEvent, Provenance: every access leaves one entry, in the write's own statement or before a read is answered.
 * Entries are sealed in the background into batches, each on the chain of its tenant, whose signed heads lie outside.
 */
export { AUDIT_COLUMNS, AUDIT_SELECT, type AuditEntry, auditValues } from './audit-entry.ts';
export { entryPatients, storedAuditEvent } from './audit-event.ts';
export { type AuditFilter, countEntries, type Disclosure, disclosuresOf, findEntries } from './audit-query.ts';
export { patientsOf } from './patients-of.ts';
export { type InclusionProof, isProved, proveEntry, redactDetail } from './proof.ts';
export { createReadAudit, type ReadAudit } from './read-audit.ts';
export { createSealer, type Sealer, type SealerOptions } from './sealer.ts';
export { readTreeHeads } from './tree-heads.ts';
export { type AuditReport, verifyAudit, versionsWithoutEntry } from './verify.ts';

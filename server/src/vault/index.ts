/**
 * Secrets and texts of patients at rest: envelope encryption under a data key for each tenant. Invariants: no data key is
 * stored unwrapped; a sealed text opens only in the row, version and tenant for which it was sealed; rows without sealed
 * elements are stored and read as if the room were not there.
 */
export { type AwsKmsSettings, awsKmsWrapper } from './aws-kms.ts';
export { createVault, type Vault, type VaultDependencies } from './create-vault.ts';
export { keyFileWrapper } from './key-file.ts';
export type { KeyWrapper } from './key-wrapper.ts';
export { SSN_SYSTEMS } from './sealed-elements.ts';
export type { SealedSecrets } from './sealed-secrets.ts';

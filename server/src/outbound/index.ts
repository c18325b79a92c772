/**
 * Calls to addresses that come from data, not from configuration. Invariant: no connection is opened to an address inside,
 * whatever name, redirect or spelling leads there, unless OUTBOUND_ALLOW names it.
 */
export { type AllowList, parseAllowList } from './allow-list.ts';
export { type AwsCredentials, type AwsRequest, signedHeaders } from './aws-signature.ts';
export {
  checkUrl,
  createGuardedClient,
  type GuardedClient,
  type GuardedClientOptions,
  type OutboundAnswer,
  OutboundRefused,
  type OutboundRequest,
} from './guarded-client.ts';
export { isInsideAddress } from './inside-address.ts';

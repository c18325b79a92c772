/**
 * The model gateway. Invariants: the key stays in this room; every call is within the tenant's budget and recorded without
 * its text; a failing model is a kind of reply, never an error that loses the caller's work.
 */
export type { ClaudeSettings } from './ask-claude.ts';
export { type ModelGatewayOptions, modelOperations } from './model-operation.ts';
export type { ModelReply, ReplyKind } from './model-reply.ts';

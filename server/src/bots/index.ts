/**
 * The bot host. Invariants: bot code runs in an operating-system process without environment, files or child processes, in an
 * isolate of its own for each run; it reaches this server and what OUTBOUND_ALLOW or its manifest names, nothing else; its
 * token ends with the run; every execution is recorded.
 */
export { botGuard } from './bot-guard.ts';
export type { BotPoolOptions } from './bot-pool.ts';
export type { FinishedRun } from './bot-run.ts';
export type { BotToken, BotTokenRequest } from './bot-token.ts';
export { type Bots, type BotsOptions, createBots } from './create-bots.ts';
export type { BotDelivery } from './run-for-subscription.ts';

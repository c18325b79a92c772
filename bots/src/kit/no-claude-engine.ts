import type { claudeEngine as sdkEngine } from './claude-engine.ts';

/** Takes the place of the SDK in a bundle for a server that has a model gateway. */
export const claudeEngine: typeof sdkEngine = undefined;

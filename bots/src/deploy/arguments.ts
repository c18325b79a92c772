import { parseArgs } from 'node:util';

/** What the command line asks for. */
export interface DeployArguments {
  /** Base URL of a Medplum-compatible server, with a slash at the end. */
  readonly baseUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Names of the bots to deploy; empty for all. */
  readonly only: readonly string[];
}

/** How to call the command. */
export const usage =
  'node bots/src/deploy/main.ts --base URL --client-id ID --client-secret SECRET [--only risk,population]';

/** Reads the command line; throws an Error with one sentence when something is missing or unknown. */
export function parseDeployArguments(args: readonly string[]): DeployArguments {
  const option = { type: 'string' } as const;
  const options = { base: option, 'client-id': option, 'client-secret': option, only: option };
  const { values } = parseArgs({ args: [...args], options, strict: true });
  const needed = (name: 'base' | 'client-id' | 'client-secret'): string => {
    const value = values[name];
    if (!value) {
      throw new Error(`--${name} is missing. Usage: ${usage}`);
    }
    return value;
  };
  return {
    baseUrl: needed('base').replace(/\/*$/, '/'),
    clientId: needed('client-id'),
    clientSecret: needed('client-secret'),
    only: values.only?.split(',').filter((name) => name !== '') ?? [],
  };
}

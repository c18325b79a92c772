import type { Parameters } from '@medplum/fhirtypes';
import type { Parts } from './parameter-parts.ts';
import { parametersOf } from './parameter-parts.ts';

/** How a run of a bot stands. */
export type RunState = 'running' | 'succeeded' | 'failed' | 'timeout' | 'memory' | 'output' | 'lost';

/** One execution of a bot as the list shows it. */
export interface BotRun {
  readonly id: string;
  readonly botId: string;
  readonly botName: string;
  readonly state: RunState;
  readonly cause: string;
  readonly started: string;
  /** Milliseconds; undefined while it runs. */
  readonly duration?: number;
  readonly input: string;
  readonly attempt: number;
  readonly error?: string;
  readonly modelCalls: number;
  /** It can be run again from its recording. */
  readonly recorded: boolean;
}

/** A page of the list. */
export interface RunPage {
  readonly runs: readonly BotRun[];
  /** For asking what began or ended since. */
  readonly since?: string;
  /** For older runs. */
  readonly next?: string;
}

/** One execution with what it read, wrote, asked and logged. */
export interface RunDetail extends BotRun {
  readonly log: string;
  readonly read: readonly string[];
  readonly written: readonly string[];
  readonly calls: readonly string[];
  readonly models: readonly string[];
}

/** What running it again from its recording gave. */
export interface Replay {
  readonly equal: boolean;
  readonly differences: readonly string[];
}

const STATES: ReadonlySet<string> = new Set<RunState>([
  'running',
  'succeeded',
  'failed',
  'timeout',
  'memory',
  'output',
  'lost',
]);

function isState(value: string | undefined): value is RunState {
  return value !== undefined && STATES.has(value);
}

function botRun(parts: Parts): BotRun {
  const [bot, state] = [parts.reference('bot'), parts.text('state')];
  const botId = bot?.reference?.split('/')[1] ?? '';
  return {
    id: parts.text('id') ?? '',
    botId,
    botName: bot?.display ?? botId,
    state: isState(state) ? state : 'lost',
    cause: parts.text('cause') ?? '',
    started: parts.text('started') ?? '',
    duration: parts.number('duration'),
    input: parts.text('input') ?? '',
    attempt: parts.number('attempt') ?? 1,
    error: parts.text('error'),
    modelCalls: parts.number('model-calls') ?? 0,
    recorded: parts.flag('recorded'),
  };
}

/** Reads the answer of `Bot/$runs`. */
export function runPage(parameters: Parameters): RunPage {
  const parts = parametersOf(parameters);
  return { runs: parts.all('run').map(botRun), since: parts.text('since'), next: parts.text('next') };
}

/** Reads the answer of `Bot/{id}/$run`. */
export function runDetail(parameters: Parameters): RunDetail {
  const parts = parametersOf(parameters);
  const words = (one: Parts, ...names: readonly string[]): string =>
    names.flatMap((name) => one.text(name) ?? one.number(name) ?? []).join(' ');
  return {
    ...botRun(parts),
    log: parts.text('log') ?? '',
    read: parts.texts('read'),
    written: parts.texts('written'),
    calls: parts.all('call').map((one) => words(one, 'method', 'path', 'status')),
    models: parts.all('model-call').map((one) => words(one, 'model', 'prompt', 'prompt-version', 'outcome')),
  };
}

/** Reads the answer of `Bot/{id}/$replay`. */
export function replayOf(parameters: Parameters): Replay {
  const parts = parametersOf(parameters);
  return { equal: parts.flag('equal'), differences: parts.texts('difference') };
}

/** Puts newer runs into a list by their id: the newest first. */
export function mergeRuns(known: readonly BotRun[], newer: readonly BotRun[]): readonly BotRun[] {
  const byId = new Map([...known, ...newer].map((run) => [run.id, run]));
  return [...byId.values()].sort((a, b) => b.started.localeCompare(a.started));
}

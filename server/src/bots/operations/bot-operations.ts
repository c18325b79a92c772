import type { Operation } from '../../repository/index.ts';
import type { BotToken } from '../bot-token.ts';
import type { BotOperationsOptions } from './bot-operations-options.ts';
import { readCode } from './code.ts';
import { deploy } from './deploy.ts';
import { execute } from './execute.ts';
import { replay } from './replay.ts';
import { run } from './run.ts';
import { runs } from './runs.ts';

const DEFINITION = 'https://mindbridge.health/fhir/OperationDefinition/Bot';

/** The operations on Bot. */
export function botOperations<T extends BotToken>(options: BotOperationsOptions<T>): Operation[] {
  const types = ['Bot'];
  const executeAt = (level: Operation['level']): Operation => ({
    name: '$execute',
    level,
    types,
    methods: ['POST', 'GET'],
    definition: `${DEFINITION}-execute`,
    handle: (request) => execute(options, request),
  });
  const instance = (name: string, method: 'GET' | 'POST', handle: Operation['handle']): Operation => ({
    name,
    level: 'instance',
    types,
    methods: [method],
    definition: `${DEFINITION}-${name.slice(1)}`,
    handle,
  });
  const list: Operation['handle'] = (request) => runs(options, request);
  return [
    executeAt('instance'),
    executeAt('type'),
    instance('$deploy', 'POST', (request) => deploy(options, request)),
    instance('$code', 'GET', (request) => readCode(options, request)),
    instance('$runs', 'GET', list),
    { ...instance('$runs', 'GET', list), level: 'type' },
    instance('$run', 'GET', (request) => run(options, request)),
    instance('$replay', 'POST', (request) => replay(options, request)),
  ];
}

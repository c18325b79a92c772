import type { Operation } from '../../repository/index.ts';
import type { BotToken } from '../bot-host.ts';
import type { BotOperationsOptions } from './bot-operations-options.ts';
import { readCode } from './code.ts';
import { deploy } from './deploy.ts';
import { execute } from './execute.ts';
import { replay } from './replay.ts';
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
  return [
    {
      name: '$deploy',
      level: 'instance',
      types,
      methods: ['POST'],
      definition: `${DEFINITION}-deploy`,
      handle: (request) => deploy(options, request),
    },
    executeAt('instance'),
    executeAt('type'),
    {
      name: '$code',
      level: 'instance',
      types,
      methods: ['GET'],
      definition: `${DEFINITION}-code`,
      handle: (request) => readCode(options, request),
    },
    {
      name: '$runs',
      level: 'instance',
      types,
      methods: ['GET'],
      definition: `${DEFINITION}-runs`,
      handle: (request) => runs(options, request),
    },
    {
      name: '$replay',
      level: 'instance',
      types,
      methods: ['POST'],
      definition: `${DEFINITION}-replay`,
      handle: (request) => replay(options, request),
    },
  ];
}

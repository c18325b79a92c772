import type { Database } from '../../database/index.ts';
import type { Operation } from '../../repository/index.ts';
import type { BotHost, BotToken } from '../bot-host.ts';
import { readCode } from './code.ts';
import { deploy } from './deploy.ts';
import { execute } from './execute.ts';
import { runs } from './runs.ts';

const DEFINITION = 'https://mindbridge.health/fhir/OperationDefinition/Bot';

export interface BotOperationsOptions<T extends BotToken = BotToken> {
  readonly database: Database;
  readonly host: BotHost<T>;
  readonly clock: () => Date;
  /** Base of FHIR URLs with a trailing slash. */
  readonly fhirUrl: string;
}

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
  ];
}

import { eventLevel, type Level } from './event-level.ts';
import type { ServerEvent } from './events.ts';
import { jsonLine, prettyLine } from './log-line.ts';
import { createMetrics } from './metrics.ts';

/** Where the rooms tell what happened. */
export interface Observer {
  emit(event: ServerEvent): void;
  /** Prometheus text of everything counted so far, with gauges measured now. */
  metricsText(gauges?: Readonly<Record<string, number>>): string;
}

export interface ObserverOptions {
  /** Least severe level that is logged; `silent` logs nothing. Metrics count everything. */
  readonly level: Level | 'silent';
  readonly format: 'json' | 'pretty';
  readonly write: (line: string) => void;
  readonly now?: () => Date;
}

const order: readonly (Level | 'silent')[] = ['silent', 'error', 'warn', 'info', 'debug'];

/** Makes the observer of one process: log lines for what is severe enough, metrics for all. */
export function createObserver(options: ObserverOptions): Observer {
  const metrics = createMetrics();
  const most = order.indexOf(options.level);
  const line = options.format === 'json' ? jsonLine : prettyLine;
  const now = options.now ?? (() => new Date());
  return {
    emit(event) {
      metrics.record(event);
      if (order.indexOf(eventLevel(event)) <= most) {
        options.write(`${line(event, now())}\n`);
      }
    },
    metricsText: (gauges) => metrics.text(gauges),
  };
}

import type { ServerEvent } from './events.ts';

type Labels = Readonly<Record<string, string | number>>;

interface Histogram {
  readonly buckets: number[];
  sum: number;
  count: number;
}

/** Upper bounds of the duration buckets, in seconds. */
const bounds = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** Counters and histograms of the server's events. Labels are route patterns, codes and outcomes: their number is bounded. */
export interface Metrics {
  record(event: ServerEvent): void;
  /** The text that Prometheus reads, with gauges measured now. @see https://prometheus.io/docs/instrumenting/exposition_formats/ */
  text(gauges?: Readonly<Record<string, number>>): string;
}

/** Makes empty metrics. */
export function createMetrics(): Metrics {
  const counters = new Map<string, Map<string, number>>();
  const histograms = new Map<string, Map<string, Histogram>>();
  return {
    record(event) {
      const [name, labels, durationMs] = measured(event);
      const key = labelText(labels);
      const counter = entry(counters, name);
      counter.set(key, (counter.get(key) ?? 0) + 1);
      if (durationMs !== undefined) {
        observe(entry(histograms, name), key, durationMs / 1000);
      }
    },
    text: (gauges = {}) =>
      [...gaugeLines(gauges), ...counterLines(counters), ...histogramLines(histograms)]
        .map((line) => `${line}\n`)
        .join(''),
  };
}

/** Which metric an event counts in, under which labels, and the time it took. */
function measured(event: ServerEvent): [string, Labels, number?] {
  switch (event.type) {
    case 'request-served':
      return ['http_requests', { method: event.method, route: event.route, status: event.status }, event.durationMs];
    case 'bot-run':
      return ['bot_runs', { outcome: event.outcome }];
    case 'delivery':
      return ['deliveries', { channel: event.channel, outcome: event.outcome }];
    case 'subscription-alert':
      return ['subscription_alerts', { alert: event.alert }];
    case 'sign-in':
      return ['sign_ins', { method: event.method, outcome: event.outcome }];
    case 'slow-statement':
      return ['slow_statements', {}, event.durationMs];
    default:
      return ['events', { type: event.type }];
  }
}

function entry<T>(metrics: Map<string, Map<string, T>>, name: string): Map<string, T> {
  const found = metrics.get(name);
  if (found !== undefined) {
    return found;
  }
  const made = new Map<string, T>();
  metrics.set(name, made);
  return made;
}

function observe(histogram: Map<string, Histogram>, key: string, seconds: number): void {
  let found = histogram.get(key);
  if (found === undefined) {
    found = { buckets: bounds.map(() => 0), sum: 0, count: 0 };
    histogram.set(key, found);
  }
  found.sum += seconds;
  found.count++;
  const index = bounds.findIndex((bound) => seconds <= bound);
  if (index >= 0) {
    found.buckets[index] = (found.buckets[index] ?? 0) + 1;
  }
}

function labelText(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${String(value).replace(/["\\\n]/g, '_')}"`)
    .join(',');
}

function gaugeLines(gauges: Readonly<Record<string, number>>): string[] {
  return Object.entries(gauges).flatMap(([name, value]) => [
    `# TYPE mindbridge_${name} gauge`,
    `mindbridge_${name} ${value}`,
  ]);
}

function counterLines(counters: Map<string, Map<string, number>>): string[] {
  return [...counters].flatMap(([name, values]) => [
    `# TYPE mindbridge_${name}_total counter`,
    ...[...values].map(([key, value]) => `mindbridge_${name}_total${braced(key)} ${value}`),
  ]);
}

function histogramLines(histograms: Map<string, Map<string, Histogram>>): string[] {
  return [...histograms].flatMap(([name, values]) => [
    `# TYPE mindbridge_${name}_duration_seconds histogram`,
    ...[...values].flatMap(([key, histogram]) => oneHistogram(`mindbridge_${name}_duration_seconds`, key, histogram)),
  ]);
}

function oneHistogram(name: string, key: string, { buckets, sum, count }: Histogram): string[] {
  const prefix = key === '' ? '' : `${key},`;
  let below = 0;
  const lines = buckets.map((size, i) => {
    below += size;
    return `${name}_bucket{${prefix}le="${bounds[i]}"} ${below}`;
  });
  return [
    ...lines,
    `${name}_bucket{${prefix}le="+Inf"} ${count}`,
    `${name}_sum${braced(key)} ${sum}`,
    `${name}_count${braced(key)} ${count}`,
  ];
}

function braced(key: string): string {
  return key === '' ? '' : `{${key}}`;
}

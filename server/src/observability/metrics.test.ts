import { describe, expect, it } from 'vitest';
import type { RequestServed } from './events.ts';
import { createMetrics } from './metrics.ts';

const served: RequestServed = {
  type: 'request-served',
  method: 'GET',
  route: '/fhir/R4/:type/:id',
  status: 200,
  durationMs: 3,
  requestId: 'r-1',
  tenant: 2,
};

describe('createMetrics', () => {
  it('counts by route pattern and status, with cumulative buckets', () => {
    const metrics = createMetrics();
    metrics.record(served);
    metrics.record({ ...served, durationMs: 40 });
    const text = metrics.text({ pool_open: 3 });
    const labels = 'method="GET",route="/fhir/R4/:type/:id",status="200"';
    expect(text).toContain('mindbridge_pool_open 3\n');
    expect(text).toContain(`mindbridge_http_requests_total{${labels}} 2\n`);
    expect(text).toContain(`mindbridge_http_requests_duration_seconds_bucket{${labels},le="0.005"} 1\n`);
    expect(text).toContain(`mindbridge_http_requests_duration_seconds_bucket{${labels},le="0.05"} 2\n`);
    expect(text).toContain(`mindbridge_http_requests_duration_seconds_bucket{${labels},le="+Inf"} 2\n`);
  });

  it('counts runs of bots and what became of notifications', () => {
    const metrics = createMetrics();
    metrics.record({ type: 'bot-run', bot: 'b', tenant: 2, outcome: 'timeout' });
    metrics.record({ type: 'delivery', subscription: 's', tenant: 2, channel: 'email', outcome: 'withheld' });
    expect(metrics.text()).toContain('mindbridge_bot_runs_total{outcome="timeout"} 1\n');
    expect(metrics.text()).toContain('mindbridge_deliveries_total{channel="email",outcome="withheld"} 1\n');
  });
});

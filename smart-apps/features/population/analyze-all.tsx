import { Button, Group, Progress, Text } from '@mantine/core';
import { identifierSystem } from '@mindbridge/fhir-profiles';
import { IconPlayerStop, IconRefreshDot } from '@tabler/icons-react';
import type { JSX } from 'react';
import { useRef, useState } from 'react';
import type { Band, WorklistRow } from '../../client/index.ts';
import { BAND_RANK, useMedplum } from '../../client/index.ts';
import { announce, Card } from '../../ui/index.ts';
import type { AnalysisProgress } from './analysis.ts';
import { runAnalysis } from './analysis.ts';

/** Name under which the risk bot is deployed. */
const RISK_BOT = `${identifierSystem.deployment}|risk`;

/** A run of "Analyze all": under way, or ended with what it did. */
interface Run {
  readonly progress: AnalysisProgress;
  readonly running: boolean;
  readonly cancelled: boolean;
  readonly seconds: number;
  readonly before: ReadonlyMap<string, Band>;
}

/** State and commands of the run, for the button and the bar. */
export interface AnalyzeAll {
  readonly run?: Run;
  readonly start: () => void;
  readonly cancel: () => void;
  readonly dismiss: () => void;
}

/** How many of the rows stand in a higher and in a lower band than before. */
export function bandMoves(
  before: ReadonlyMap<string, Band>,
  rows: readonly WorklistRow[],
): { up: number; down: number } {
  const steps = rows.map((row) => {
    const known = before.get(row.patient.id);
    return known === undefined ? 0 : BAND_RANK[row.band] - BAND_RANK[known];
  });
  return { up: steps.filter((step) => step > 0).length, down: steps.filter((step) => step < 0).length };
}

/** Re-scores everyone on the list through the risk bot. */
export function useAnalyzeAll(rows: readonly WorklistRow[]): AnalyzeAll {
  const medplum = useMedplum();
  const [run, setRun] = useState<Run>();
  const abort = useRef<AbortController>(undefined);

  const start = async (): Promise<void> => {
    const controller = new AbortController();
    abort.current = controller;
    const began = performance.now();
    const before = new Map(rows.map((row): [string, Band] => [row.patient.id, row.band]));
    const show = (progress: AnalysisProgress, running: boolean): void =>
      setRun({
        progress,
        running,
        cancelled: controller.signal.aborted,
        seconds: (performance.now() - began) / 1000,
        before,
      });
    show({ total: rows.length, done: 0, scored: 0, failed: 0 }, true);
    const url = `${medplum.fhirUrl('Bot', '$execute').toString()}?identifier=${encodeURIComponent(RISK_BOT)}`;
    const end = await runAnalysis({
      patientIds: rows.map((row) => row.patient.id),
      send: (body) => medplum.post(url, body, 'application/fhir+json'),
      onProgress: (progress) => show(progress, true),
      signal: controller.signal,
    });
    show(end, false);
    announce(`Analysis ended: ${end.scored} of ${end.total} patients scored.`);
  };

  return {
    run,
    start: () => void start(),
    cancel: () => abort.current?.abort(),
    dismiss: () => setRun(undefined),
  };
}

/** The button that starts a run. */
export function AnalyzeAllButton({ analysis, count }: { analysis: AnalyzeAll; count: number }): JSX.Element {
  return (
    <Button
      leftSection={<IconRefreshDot size={18} aria-hidden />}
      onClick={analysis.start}
      disabled={count === 0}
      loading={analysis.run?.running}
    >
      Analyze all {count > 0 ? count : ''}
    </Button>
  );
}

function summary(run: Run, rows: readonly WorklistRow[]): string {
  const { scored, failed, total } = run.progress;
  const { up, down } = bandMoves(run.before, rows);
  const moves = up + down === 0 ? 'No band changed' : `${up} moved to a higher band, ${down} to a lower one`;
  const failure = failed > 0 ? ` ${failed} could not be scored; their last score stands.` : '';
  const whole = run.cancelled ? `Stopped after ${scored} of ${total} patients` : `${scored} patients scored`;
  return `${whole} in ${run.seconds.toFixed(1)} s. ${moves}.${failure}`;
}

/** The bar while a run is under way, and its summary afterwards. */
export function AnalyzeAllPanel({
  analysis,
  rows,
}: {
  analysis: AnalyzeAll;
  rows: readonly WorklistRow[];
}): JSX.Element | null {
  const { run } = analysis;
  if (!run) {
    return null;
  }
  const { done, total } = run.progress;
  const percent = total === 0 ? 100 : Math.round((done / total) * 100);
  return (
    <Card>
      <Group justify="space-between" wrap="nowrap" gap="md">
        <div style={{ flex: 1, minWidth: 0 }}>
          <Text fw={650} size="sm" data-testid="analysis-text">
            {run.running ? `Scoring ${done} of ${total} patients…` : summary(run, rows)}
          </Text>
          {run.running ? <Progress value={percent} mt={8} aria-label={`${percent} % of patients scored`} /> : null}
        </div>
        {run.running ? (
          <Button variant="default" leftSection={<IconPlayerStop size={16} aria-hidden />} onClick={analysis.cancel}>
            Cancel
          </Button>
        ) : (
          <Button variant="subtle" onClick={analysis.dismiss}>
            Dismiss
          </Button>
        )}
      </Group>
    </Card>
  );
}

import { Button, NumberInput } from '@mantine/core';
import type { JSX } from 'react';
import { useState } from 'react';
import type { EngineAcceptance, PromptReport, PromptVersion } from '../../client/index.ts';
import { useNow } from '../../client/index.ts';
import { dayAndTime, Notice, Row, Tag } from '../../ui/index.ts';
import classes from './prompts.module.css';
import type { Prompts } from './use-prompts.ts';

const WHOLE = 100;

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10}\u00a0%`;
}

function Standing({ version }: { version: PromptVersion }): JSX.Element {
  if (!version.since) {
    return <Tag>Not in use</Tag>;
  }
  const canary = version.gets < WHOLE;
  return (
    <Tag tone={version.gets === 0 ? 'plain' : canary ? 'warn' : 'good'} testId={`use-${version.key}`}>
      {version.gets === 0
        ? 'Replaced'
        : `${canary && version.gets <= WHOLE / 2 ? 'Canary' : 'In use'}: ${version.gets}\u00a0% of visits`}
    </Tag>
  );
}

function Report({ report, text }: { report?: PromptReport; text?: string }): JSX.Element {
  return (
    <details className={classes.report}>
      <summary>{report ? 'Eval report and text' : 'Text'}</summary>
      {report ? (
        <>
          <p className="mb-more">
            Measured on {report.data}, {report.date}. Approved by {report.approver}.
          </p>
          <dl className={`${classes.figures} mb-numbers`}>
            {report.figures.map(([measure, value]) => (
              <div key={measure}>
                <dt>{measure}</dt>
                <dd>{value <= 1 ? percent(value) : value}</dd>
              </div>
            ))}
          </dl>
        </>
      ) : null}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable with the keyboard */}
      <section tabIndex={0} aria-label="Text of the prompt">
        <pre className={classes.text}>{text ?? 'The text is kept elsewhere.'}</pre>
      </section>
    </details>
  );
}

/** What reviewers kept of the drafts of a version, over all engines. */
function keptWords(acceptance: readonly EngineAcceptance[], key: string): string {
  const own = acceptance.filter(({ engine }) => engine.endsWith(` with ${key}`));
  const drafts = own.reduce((sum, { decisions }) => sum + decisions, 0);
  const kept = own.reduce((sum, { decisions, share = 0 }) => sum + decisions * share, 0);
  return drafts === 0
    ? 'No draft of it was judged yet'
    : `${percent(kept / drafts)} kept of ${drafts} ${drafts === 1 ? 'draft' : 'drafts'}`;
}

function Use({ version, prompts }: { version: PromptVersion; prompts: Prompts }): JSX.Element {
  const [share, setShare] = useState<number>(version.share ?? WHOLE);
  const action = version.gets > 0 ? 'Change the share' : version.since ? 'Use again' : 'Put into use';
  const bad = !Number.isInteger(share) || share < 1 || share > WHOLE;
  return (
    <div className={classes.use}>
      <NumberInput
        label={`Share of visits for ${version.key}`}
        suffix=" %"
        allowDecimal={false}
        allowNegative={false}
        value={Number.isNaN(share) ? '' : share}
        error={bad ? 'From 1 to 100' : undefined}
        onChange={(value) => setShare(typeof value === 'number' ? value : Number.NaN)}
        w={220}
      />
      <Button
        disabled={bad}
        loading={prompts.busy === version.id}
        aria-label={`${action} ${version.key}`}
        onClick={() => void prompts.activate(version, share)}
      >
        {action}
      </Button>
    </div>
  );
}

/** One version: how it stands, what its evaluation found, what became of its drafts, and the way into use. */
export function VersionRow({ version, prompts }: { version: PromptVersion; prompts: Prompts }): JSX.Element {
  const now = useNow();
  const refused = prompts.refused?.id === version.id ? prompts.refused.reasons : [];
  return (
    <Row
      title={version.version}
      details={[
        keptWords(prompts.acceptance, version.key),
        version.since ? `In use since ${dayAndTime(version.since, now)}` : undefined,
        version.report ? undefined : 'Without an eval report it cannot be put into use',
      ]}
      aside={<Standing version={version} />}
    >
      {refused.map((reason) => (
        <Notice key={reason} kind="error" title="It was not put into use.">
          {reason}
        </Notice>
      ))}
      {version.report ? <Use key={version.since} version={version} prompts={prompts} /> : null}
      <Report report={version.report} text={version.text} />
    </Row>
  );
}

import { Table } from '@mantine/core';
import type { MeasureReport } from '@medplum/fhirtypes';
import { IconChecklist } from '@tabler/icons-react';
import type { JSX } from 'react';
import type { EngineAcceptance } from '../../client/index.ts';
import { aiAcceptance, useAnswer } from '../../client/index.ts';
import { Card, EmptyState, ErrorState, ListSkeleton, Page, Tag } from '../../ui/index.ts';

function percent(share: number | undefined): string {
  return share === undefined ? '–' : `${Math.round(share * 100)}\u00a0%`;
}

function Engine({ engine }: { engine: EngineAcceptance }): JSX.Element {
  return (
    <Card title={engine.engine} aside={<Tag tone="accent">{percent(engine.share)} kept</Tag>}>
      <p className="mb-more mb-numbers">
        {[
          `${engine.decisions} ${engine.decisions === 1 ? 'draft' : 'drafts'} judged`,
          `${engine.accepted} accepted unchanged`,
          `${engine.edited} changed`,
          `${engine.rejected} rejected`,
          engine.seconds === undefined ? undefined : `${engine.seconds} s on average`,
        ]
          .filter(Boolean)
          .join(' · ')}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable with the keyboard */}
      <section className="mb-scroll" tabIndex={0} aria-label={`Sections of ${engine.engine}`}>
        <Table className="mb-numbers" verticalSpacing="xs">
          <Table.Thead>
            <Table.Tr>
              {['Section', 'Kept', 'Changed', 'Removed', 'Added', 'Share kept'].map((name) => (
                <Table.Th key={name}>{name}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {engine.sections.map(({ section, kept, edited, removed, added, share }) => (
              <Table.Tr key={section}>
                <Table.Td>{section}</Table.Td>
                {[kept, edited, removed, added].map((count, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: the columns of a row never change
                  <Table.Td key={index}>{count}</Table.Td>
                ))}
                <Table.Td>{percent(share)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </section>
    </Card>
  );
}

/** How much of what the AI drafts its reviewers keep. @see product.md N8 */
export function AcceptancePage(): JSX.Element {
  const { found, problem, reload } = useAnswer<readonly EngineAcceptance[], MeasureReport>(
    '$ai-acceptance',
    aiAcceptance,
  );
  return (
    <Page
      width="table"
      title="AI quality"
      lead="What clinicians made of the drafts: sentences kept, changed and removed, by engine and version of the prompt."
    >
      {problem || !found || found.length === 0 ? (
        <Card>
          {problem ? <ErrorState problem={problem} onRetry={() => void reload()} /> : null}
          {!found && !problem ? <ListSkeleton rows={4} label="Loading what reviewers decided" /> : null}
          {found?.length === 0 ? (
            <EmptyState title="No draft was judged yet" icon={<IconChecklist size={26} />}>
              The first figures appear as soon as a clinician signs or rejects a draft.
            </EmptyState>
          ) : null}
        </Card>
      ) : null}
      {(found ?? []).map((engine) => (
        <Engine key={engine.engine} engine={engine} />
      ))}
    </Page>
  );
}

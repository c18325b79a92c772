import { IconMessageCog } from '@tabler/icons-react';
import type { JSX } from 'react';
import { Card, EmptyState, ErrorState, ListSkeleton, Page, Row, Rows, Tag } from '../../ui/index.ts';
import { AddVersion } from './add-version.tsx';
import classes from './prompts.module.css';
import type { Prompts } from './use-prompts.ts';
import { usePrompts } from './use-prompts.ts';
import { VersionRow } from './version-row.tsx';

function Deployed({ prompts }: { prompts: Prompts }): JSX.Element | null {
  return prompts.deployed.length === 0 ? null : (
    <Card title="As deployed with the bots">
      <Rows>
        {prompts.deployed.map(({ bot, key, text }) => {
          const replaced = prompts.versions.get(key.split('/')[0] ?? '')?.some(({ since }) => since) === true;
          return (
            <Row
              key={key}
              title={key}
              details={[bot]}
              aside={
                <Tag tone={replaced ? 'plain' : 'good'}>{replaced ? 'Replaced by the clinic’s own' : 'In use'}</Tag>
              }
            >
              {text ? (
                <details className={classes.report}>
                  <summary>Text</summary>
                  {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable with the keyboard */}
                  <section tabIndex={0} aria-label={`Text of ${key}`}>
                    <pre className={classes.text}>{text}</pre>
                  </section>
                </details>
              ) : null}
            </Row>
          );
        })}
      </Rows>
    </Card>
  );
}

/** The versions of prompts: which is in use for which share of visits, how each was judged, and the way back. @see product.md N7, N8 */
export function PromptsPage(): JSX.Element {
  const prompts = usePrompts();
  const { state, problem, versions } = prompts;
  return (
    <Page
      width="table"
      title="Prompts"
      lead="A version comes into use only with an eval report that clears the floors. Try it on a share of visits first. When clearly less of its drafts is kept than of the version before, the server takes it out of use by itself; to go back by hand, use an older version again."
    >
      {state === 'failed' && problem ? (
        <Card>
          <ErrorState problem={problem} onRetry={prompts.reload} />
        </Card>
      ) : null}
      {state === 'loading' ? (
        <Card>
          <ListSkeleton rows={4} label="Loading the versions" />
        </Card>
      ) : null}
      {state === 'ready' && versions.size === 0 ? (
        <Card title="Versions of the clinic">
          <EmptyState title="The clinic has no version of its own" icon={<IconMessageCog size={26} />}>
            The bots ask with the prompt that they were deployed with. The embedded engine needs none.
          </EmptyState>
        </Card>
      ) : null}
      {[...versions].map(([prompt, own]) => (
        <Card key={prompt} title={`Prompt “${prompt}”`}>
          <Rows>
            {own.map((version) => (
              <VersionRow key={version.id} version={version} prompts={prompts} />
            ))}
          </Rows>
        </Card>
      ))}
      {state === 'ready' ? <AddVersion prompts={prompts} /> : null}
      <Deployed prompts={prompts} />
    </Page>
  );
}

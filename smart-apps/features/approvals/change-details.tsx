import type { Resource, ResourceType } from '@medplum/fhirtypes';
import type { JSX } from 'react';
import type { ProposedChange } from '../../client/index.ts';
import { changedElements, useResource } from '../../client/index.ts';
import classes from './approvals.module.css';

function text(resource: Resource | undefined, elements: readonly string[]): string {
  const shown = Object.entries(resource ?? {}).filter(([name]) => elements.includes(name));
  return shown.length > 0 ? JSON.stringify(Object.fromEntries(shown), null, 2) : 'Nothing';
}

/** What a change would make different: each element as it is and as it would be. */
export function ChangeDetails({ change }: { change: ProposedChange }): JSX.Element {
  const [type, id] = change.target.split('/');
  const current = useResource(type as ResourceType, id);
  const isGone = change.interaction === 'delete';
  const after = isGone ? undefined : change.resource;
  const before = change.interaction === 'deploy' ? undefined : current.resource;
  const elements = changedElements(before, after);
  return (
    <details className={classes.details}>
      <summary>
        {isGone
          ? 'Show what would go'
          : `Show what would change${elements.length > 0 ? `: ${elements.join(', ')}` : ''}`}
      </summary>
      <div className={classes.sides}>
        {before ? (
          <section>
            <h3>Now</h3>
            <pre>{text(before, elements)}</pre>
          </section>
        ) : null}
        {isGone ? null : (
          <section>
            <h3>Then</h3>
            <pre>{text(after, elements)}</pre>
          </section>
        )}
      </div>
    </details>
  );
}

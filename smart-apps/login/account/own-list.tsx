import type { JSX, ReactNode } from 'react';
import { Card, EmptyState, ErrorState, ListSkeleton, Notice, Row, Rows, Tag } from '../../ui/index.ts';
import type { Own } from './use-own.ts';

/** One line of a list of the account. */
export interface OwnLine {
  readonly id: string;
  readonly icon: ReactNode;
  readonly title: string;
  readonly badge?: string;
  readonly details: readonly string[];
  readonly action?: ReactNode;
}

/** A titled list of one's own things, with its waiting, empty and failed state. */
export function OwnList<T>(props: {
  title: string;
  own: Own<T>;
  lines: (found: T) => readonly OwnLine[];
  empty: string;
  emptyIcon?: ReactNode;
  aside?: ReactNode;
}): JSX.Element {
  const { found, problem, reload } = props.own;
  if (!found) {
    return (
      <Card title={props.title}>
        {problem ? (
          <ErrorState problem={problem} onRetry={() => void reload()} />
        ) : (
          <ListSkeleton rows={3} label={`Loading: ${props.title}`} />
        )}
      </Card>
    );
  }
  const lines = props.lines(found);
  return (
    <Card title={props.title} aside={props.aside}>
      {problem ? (
        <Notice kind="error" title={`${problem.title}.`}>
          {problem.detail}
        </Notice>
      ) : null}
      {lines.length === 0 ? <EmptyState title={props.empty} icon={props.emptyIcon} /> : null}
      <Rows>
        {lines.map(({ id, icon, title, badge, details, action }) => (
          <Row
            key={id}
            icon={icon}
            title={
              <>
                {title} {badge ? <Tag tone="accent">{badge}</Tag> : null}
              </>
            }
            details={details}
            aside={action}
          />
        ))}
      </Rows>
    </Card>
  );
}

import { Drawer } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import type { JSX, ReactNode } from 'react';
import { useEffect, useState } from 'react';
import { Card } from '../card.tsx';
import classes from './draft-review.module.css';

/**
 * What a person judges, beside what it rests on. On a desk both stand side by side and the source stays in sight; on a
 * phone the source comes up from below when something is selected; closed, it leaves the selection as it is.
 */
export function DraftReview(props: {
  draft: ReactNode;
  source: ReactNode;
  sourceTitle: string;
  /** What is selected, so that a phone shows its source. */
  selected: string | undefined;
}): JSX.Element {
  const { selected } = props;
  const [open, setOpen] = useState(false);
  useEffect(() => setOpen(selected !== undefined), [selected]);
  const narrow = useMediaQuery('(max-width: 62em)');
  return (
    <div className={classes.review}>
      <div className={classes.draft}>{props.draft}</div>
      {narrow ? (
        <Drawer
          opened={open}
          onClose={() => setOpen(false)}
          position="bottom"
          size="58%"
          title={props.sourceTitle}
          closeButtonProps={{ 'aria-label': 'Close' }}
        >
          {props.source}
        </Drawer>
      ) : (
        <div className={classes.source}>
          <Card title={props.sourceTitle}>{props.source}</Card>
        </div>
      )}
    </div>
  );
}

import { IconChevronRight } from '@tabler/icons-react';
import type { JSX, ReactNode } from 'react';
import { Link } from 'react-router';
import classes from './rows.module.css';

/** What every row of a list says. */
interface RowWords {
  readonly title: ReactNode;
  /** Lines below the title; empty ones are left out. */
  readonly details?: readonly (ReactNode | undefined)[];
  readonly icon?: ReactNode;
  /** What stands at the end: a tag, a time, a button. */
  readonly aside?: ReactNode;
}

function Words({ title, details = [] }: RowWords): JSX.Element {
  const lines = details.filter(Boolean);
  return (
    <span className={classes.words}>
      <strong className={classes.title}>{title}</strong>
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines of one row have no other name, and keep their order
        <span key={index} className={classes.detail}>
          {line}
        </span>
      ))}
    </span>
  );
}

/** A list of rows with a line between them; `bleeding` rows reach the edges of their card. */
export function Rows({ bleeding, children }: { bleeding?: boolean; children: ReactNode }): JSX.Element {
  return <ul className={bleeding ? `${classes.rows} ${classes.bleeding}` : classes.rows}>{children}</ul>;
}

/** A row that says something and may be acted on. */
export function Row(props: RowWords & { children?: ReactNode }): JSX.Element {
  return (
    <li>
      <div className={classes.row}>
        {props.icon ? <span className={classes.icon}>{props.icon}</span> : null}
        <Words {...props} />
        {props.aside}
      </div>
      {props.children}
    </li>
  );
}

/** A row that leads somewhere as a whole; belongs into bleeding `Rows`. */
export function LinkRow(props: RowWords & { to: string }): JSX.Element {
  return (
    <li>
      <Link to={props.to} className={`${classes.row} ${classes.link}`}>
        <Words {...props} />
        {props.aside}
        <IconChevronRight size={18} aria-hidden />
      </Link>
    </li>
  );
}

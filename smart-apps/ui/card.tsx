import type { JSX, ReactNode } from 'react';
import { useId } from 'react';
import classes from './card.module.css';

/** A titled region of a page. */
export function Card(props: {
  title?: string;
  aside?: ReactNode;
  flush?: boolean;
  className?: string;
  children: ReactNode;
}): JSX.Element {
  const id = useId();
  const padding = props.flush ? '' : classes.padded;
  return (
    <section
      className={`${classes.card} ${padding} ${props.className ?? ''}`}
      aria-labelledby={props.title ? id : undefined}
    >
      {props.title ? (
        <div className={classes.title}>
          <h2 id={id}>{props.title}</h2>
          {props.aside}
        </div>
      ) : null}
      {props.children}
    </section>
  );
}

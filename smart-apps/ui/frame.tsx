import { Anchor } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import type { JSX, ReactNode } from 'react';
import { Link, NavLink } from 'react-router';
import { ColorSchemeToggle } from './color-scheme-toggle.tsx';
import classes from './frame.module.css';

/** The bar above every app: whose it is, in the clinic's colour where it has one, and its tools. The link before it leads keyboards past it. */
export function TopBar(props: { home: ReactNode; color?: string; children?: ReactNode }): JSX.Element {
  const { home, color, children } = props;
  return (
    <>
      <a className="mb-skip" href="#main">
        Skip to the page
      </a>
      <header className={classes.header} style={color ? { borderTop: `3px solid ${color}` } : undefined}>
        {home}
        <div className={classes.tools}>{children ?? <ColorSchemeToggle />}</div>
      </header>
    </>
  );
}

/** A link to a place of an app, marked when one is there. */
export function PlaceLink(props: {
  to: string;
  label: string;
  icon: React.ComponentType<{ size: number; 'aria-hidden': true }>;
  end?: boolean;
}): JSX.Element {
  const Icon = props.icon;
  return (
    <NavLink to={props.to} end={props.end} className={classes.place}>
      <Icon size={21} aria-hidden />
      <span>{props.label}</span>
    </NavLink>
  );
}

/** A page with its title and what it is for; as wide as its content reads well. */
export function Page(props: {
  title?: ReactNode;
  lead?: ReactNode;
  width: 'list' | 'table';
  children: ReactNode;
}): JSX.Element {
  return (
    <div className={classes.page} data-width={props.width}>
      {props.title ? (
        <header>
          <h1>{props.title}</h1>
          {props.lead ? <p className={classes.lead}>{props.lead}</p> : null}
        </header>
      ) : null}
      {props.children}
    </div>
  );
}

/** The way back to where one came from. */
export function BackLink({ to, children }: { to: string; children: ReactNode }): JSX.Element {
  return (
    <Anchor component={Link} to={to} size="sm" fw={600} className={classes.back}>
      <IconArrowLeft size={16} aria-hidden /> {children}
    </Anchor>
  );
}

/** The bar that stays in sight below a draft: how it stands, and the next step. */
export function ActionBar({ children }: { children: ReactNode }): JSX.Element {
  return <div className={classes.bar}>{children}</div>;
}

import { Text } from '@mantine/core';
import type { JSX, ReactNode } from 'react';
import type { Branding } from '../client/index.ts';
import { ColorSchemeToggle } from '../ui/index.ts';
import classes from './login.module.css';
import { SignInBrand, Story } from './story.tsx';

/** The frame of every page that is shown before somebody is signed in. */
export function SignInFrame(props: {
  branding: Branding;
  title: string;
  subtitle: string;
  notices?: ReactNode;
  children: ReactNode;
}): JSX.Element {
  return (
    <div className={classes.page}>
      <Story branding={props.branding} />
      <div className={classes.side}>
        <div className={classes.toggle}>
          <ColorSchemeToggle />
        </div>
        <main className={classes.form}>
          <div className={classes.phoneBrand}>
            <SignInBrand branding={props.branding} size={28} />
          </div>
          <h1>{props.title}</h1>
          <Text c="dimmed">{props.subtitle}</Text>
          <div className={classes.notices}>{props.notices}</div>
          {props.children}
        </main>
      </div>
    </div>
  );
}

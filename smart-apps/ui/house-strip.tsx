import { IconFlask, IconShieldOff } from '@tabler/icons-react';
import type { JSX } from 'react';
import type { House } from '../client/index.ts';
import classes from './house-strip.module.css';

const NO_FACTOR = 'Sign-in asks for no second factor.';

/** Says on every screen what is not as it would be with real patients; nothing where all is. */
export function HouseStrip({ house }: { house: Pick<House, 'demo' | 'withoutSecondFactor'> }): JSX.Element | null {
  const { demo, withoutSecondFactor } = house;
  if (!demo && !withoutSecondFactor) {
    return null;
  }
  const Icon = demo ? IconFlask : IconShieldOff;
  return (
    <aside className={classes.strip} aria-label="About this clinic" data-testid="house-strip">
      <Icon size={16} aria-hidden />
      <span>
        {demo ? <strong>Demo with invented patients. </strong> : null}
        {withoutSecondFactor ? `${NO_FACTOR} ` : null}
        {demo ? 'Speech recognition, language model and e-mail are simulated unless a service is set up.' : null}
      </span>
    </aside>
  );
}

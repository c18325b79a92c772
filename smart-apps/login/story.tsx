import { IconBolt, IconLock, IconShieldCheck } from '@tabler/icons-react';
import type { JSX } from 'react';
import type { Branding } from '../client/index.ts';
import { BrandMark } from '../ui/index.ts';
import classes from './login.module.css';

function Bridge(): JSX.Element {
  return (
    <svg className={classes.bridge} viewBox="0 0 800 240" fill="none" aria-hidden="true">
      <g stroke="#8fd0d3" strokeWidth="2.500">
        <path d="M0 196h800M210 232V64M590 232V64" />
        <path d="M-10 176C90 168 180 130 210 64c44 94 116 128 190 128s146-34 190-128c30 66 120 104 220 112" />
        <path
          d="M250 122v74M290 158v38M330 178v18M470 178v18M510 158v38M550 122v74M170 122v74M130 148v48M90 164v32M630 122v74M670 148v48M710 164v32"
          strokeWidth="1.400"
        />
      </g>
    </svg>
  );
}

/** The clinic's logo and name where it has them, the product's otherwise. */
export function SignInBrand({ branding, size }: { branding: Branding; size: number }): JSX.Element {
  return (
    <div className={classes.brand}>
      {branding.logo ? (
        <img src={branding.logo} alt="" height={size} className={classes.logo} />
      ) : (
        <BrandMark size={size} />
      )}
      {branding.name ?? 'MindBridge'}
    </div>
  );
}

/** What the product is, beside the form; in the clinic's colour where it has one. */
export function Story({ branding }: { branding: Branding }): JSX.Element {
  const { primaryColor, backgroundColor } = branding;
  const background = primaryColor
    ? `linear-gradient(155deg, color-mix(in srgb, ${primaryColor} 62%, #06222b), color-mix(in srgb, ${backgroundColor ?? '#06222b'} 62%, #06222b))`
    : undefined;
  return (
    <aside className={classes.story} aria-label="About MindBridge" style={{ background }}>
      <SignInBrand branding={branding} size={34} />
      <div>
        <p className={classes.claim}>Know who needs you today, and why.</p>
        <p className={classes.sub}>
          Every score comes with the records behind it, what would change it, and a place to say what you did about it.
        </p>
      </div>
      <ul className={classes.points}>
        <li>
          <IconBolt size={18} aria-hidden /> Live, no files to download
        </li>
        <li>
          <IconShieldCheck size={18} aria-hidden /> Every access is recorded
        </li>
        <li>
          <IconLock size={18} aria-hidden /> You see your panel only
        </li>
      </ul>
      <Bridge />
    </aside>
  );
}

import type { JSX } from 'react';
import type { House } from '../client/index.ts';

/** The mark: two piers and the span that joins them. */
export function BrandMark({ size = 28 }: { size?: number }): JSX.Element {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 32 32"
      fill="none"
      aria-hidden="true"
      focusable="false"
      style={{ flex: 'none' }}
    >
      <rect width="32" height="32" rx="9" fill="var(--mb-accent)" />
      <g stroke="var(--mb-card)" strokeWidth="2.4" strokeLinecap="round">
        <path d="M5.5 21.5h21" />
        <path d="M10 25.5V10.5M22 25.5V10.5" />
        <path d="M5.5 18.5C8.5 17.5 9.6 14 10 10.5c1.2 5 3.2 7.2 6 7.2s4.8-2.2 6-7.2c.4 3.5 1.5 7 4.500 8" />
      </g>
    </svg>
  );
}

/** The mark with the name: the clinic's own where it has given itself a look. */
export function Brand({ clinic, look }: { clinic?: string; look?: Pick<House, 'logo' | 'name'> }): JSX.Element {
  return (
    <span style={{ display: 'inline-flex', alignItems: 'center', gap: 10, minWidth: 0 }}>
      {look?.logo?.startsWith('data:image/') ? (
        <img
          src={look.logo}
          alt=""
          height={28}
          style={{ maxWidth: 120, objectFit: 'contain', flex: 'none' }}
          data-testid="clinic-logo"
        />
      ) : (
        <BrandMark />
      )}
      <span style={{ display: 'grid', lineHeight: 1.15, minWidth: 0 }}>
        <span style={{ fontWeight: 700, letterSpacing: '-0.02em' }}>MindBridge</span>
        {clinic ? (
          <span
            style={{
              fontSize: '0.75rem',
              color: 'var(--mb-soft)',
              overflow: 'hidden',
              textOverflow: 'ellipsis',
              whiteSpace: 'nowrap',
            }}
          >
            {clinic}
          </span>
        ) : null}
      </span>
    </span>
  );
}

import {
  IconAlertOctagonFilled,
  IconAlertTriangleFilled,
  IconCircleCheck,
  IconCircleHalf2,
  IconHelpCircle,
} from '@tabler/icons-react';
import type { JSX } from 'react';
import type { Band } from '../client/index.ts';
import classes from './band-badge.module.css';

const LOOK = {
  critical: { word: 'Critical', icon: IconAlertOctagonFilled },
  high: { word: 'High', icon: IconAlertTriangleFilled },
  medium: { word: 'Medium', icon: IconCircleHalf2 },
  low: { word: 'Low', icon: IconCircleCheck },
  unknown: { word: 'Not scored', icon: IconHelpCircle },
} as const;

/** The word for a band. */
export function bandWord(band: Band): string {
  return LOOK[band].word;
}

/** A band as a word with an icon; colour only supports them. */
export function BandBadge({ band, size = 'normal' }: { band: Band; size?: 'normal' | 'large' }): JSX.Element {
  const { word, icon: Icon } = LOOK[band];
  return (
    <span className={`${classes.badge} ${classes[band]} ${size === 'large' ? classes.large : ''}`} data-band={band}>
      <Icon size={size === 'large' ? 20 : 15} aria-hidden />
      {word}
    </span>
  );
}

/** How every app looks and speaks: theme, states, bands, charts, and the words for times and numbers. */
export { announce } from './announcer.tsx';
export { mount } from './app-root.tsx';
export { BandBadge, bandWord } from './band-badge.tsx';
export { Brand, BrandMark } from './brand.tsx';
export { Card } from './card.tsx';
export { ColorSchemeToggle } from './color-scheme-toggle.tsx';
export { DraftReview, MarkedText, NoteSections, scrollInside, TranscriptPane } from './draft-review/index.ts';
export { focusWhenShown, rememberFocus, useFocusOnNavigation } from './focus.ts';
export {
  ageAndGender,
  clockTime,
  dateAndTime,
  dayAndMonth,
  dayAndTime,
  daysAgoOf,
  dueText,
  factorValue,
  greeting,
  longDate,
  pointsText,
  recordWords,
  roleWords,
  shortDate,
  shortFactorPhrase,
  timeAgo,
} from './format.ts';
export { ActionBar, BackLink, Page, PlaceLink, TopBar } from './frame.tsx';
export { HouseStrip } from './house-strip.tsx';
export type { ChartMark } from './line-chart.tsx';
export { LineChart } from './line-chart.tsx';
export { ConnectionBanner, LiveBadge } from './live-badge.tsx';
export { Notice } from './notice.tsx';
export { PatientBanner } from './patient-banner.tsx';
export { LinkRow, Row, Rows } from './rows.tsx';
export { ScoreDial } from './score-dial.tsx';
export { EmptyState, ErrorState, ListSkeleton, TextSkeleton } from './states.tsx';
export { Tag } from './tag.tsx';
export { WorkStatusTag } from './work-status-tag.tsx';

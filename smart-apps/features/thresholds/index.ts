/** When the clinic is alerted, how long an alert may wait, and where the bands begin: set by supervisors. */
export { ThresholdsPage } from './thresholds-page.tsx';

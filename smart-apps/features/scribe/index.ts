/** From the words of a visit to its signed note. */
export { PatientBanner } from './patient-banner.tsx';
export { ScribeHome } from './scribe-home.tsx';
export { VisitScreen } from './visit-screen.tsx';

/** From the words of a visit to its signed note. */
export { ScribeHome } from './scribe-home.tsx';
export { VisitScreen } from './visit-screen.tsx';

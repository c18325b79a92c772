/** Why somebody may, or may not, see a record. */
export { AccessPage } from './access-page.tsx';

/** What reviewers make of drafts, by engine and version of the prompt. */
export { AcceptancePage } from './acceptance-page.tsx';

/** Which version of each prompt the clinic uses: eval reports, canary shares, what became of the drafts. */
export { PromptsPage } from './prompts-page.tsx';

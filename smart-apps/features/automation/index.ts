/** What the clinic's bots do, live; and what could not be delivered. */
export { AutomationPage } from './automation-page.tsx';

/** Changes of who may do what: seen, agreed to or turned down by a second administrator. */
export { ApprovalsPage } from './approvals-page.tsx';

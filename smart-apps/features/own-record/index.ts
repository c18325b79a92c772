/** What patients and those who act for them see until the portal is theirs: who looked at the record. */
export { OwnRecordPage } from './own-record-page.tsx';

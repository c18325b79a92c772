/** One patient's risk: score, factors with evidence, explanation, history, outreach. */
export { PatientRiskPage } from './patient-risk-page.tsx';

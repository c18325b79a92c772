import type { AccessPolicy, AccessPolicyResource } from '@medplum/fhirtypes';
import { admin } from './roles/admin.ts';
import {
  aiAnalytics,
  aiCoder,
  aiHandoff,
  aiLabExplainer,
  aiNews2,
  aiPopulation,
  aiRisk,
  aiScribe,
  aiTriage,
} from './roles/ai.ts';
import { billing } from './roles/billing.ts';
import { caseManager, supervisor } from './roles/case-manager.ts';
import { compliance } from './roles/compliance.ts';
import { frontDesk } from './roles/front-desk.ts';
import { labInterface } from './roles/interface.ts';
import { nurse } from './roles/nurse.ts';
import { patient, proxy } from './roles/patient.ts';
import { physician } from './roles/physician.ts';

/** The role matrix: rules by role name, in the order of the numbered bundles. */
export const rulesByRole: Readonly<Record<string, readonly AccessPolicyResource[]>> = {
  physician,
  nurse,
  'front-desk': frontDesk,
  billing,
  admin,
  'case-manager': caseManager,
  supervisor,
  patient,
  proxy,
  'ai-risk': aiRisk,
  'ai-population': aiPopulation,
  'ai-scribe': aiScribe,
  'ai-coder': aiCoder,
  'ai-triage': aiTriage,
  'ai-lab-explainer': aiLabExplainer,
  'ai-handoff': aiHandoff,
  'ai-analytics': aiAnalytics,
  'lab-interface': labInterface,
  compliance,
  'ai-news2': aiNews2,
};

/** The AccessPolicy of each role. @see https://www.medplum.com/docs/access/access-policies */
export function accessPolicies(): AccessPolicy[] {
  return Object.entries(rulesByRole).map(([name, rules]) => ({
    resourceType: 'AccessPolicy',
    name,
    resource: [...rules],
  }));
}

import { CANONICAL_BASE } from '@mindbridge/fhir-profiles';

/** Canonical URLs that only the bots and their deployment use. */
export const botCanonical = {
  /** Identifier system of a RiskAssessment: the key of the run that wrote it. */
  riskRun: `${CANONICAL_BASE}/sid/risk-run`,
  /** Identifier system of a NEWS2 score: the key of the run that wrote it. */
  newsRun: `${CANONICAL_BASE}/sid/news2-run`,
  /** Patient id on the one open alert of a patient. */
  newsAlert: `${CANONICAL_BASE}/sid/news2-alert`,
  riskAlert: `${CANONICAL_BASE}/sid/risk-alert`,
  /** Identifier system of what one run of the scribe or the coder wrote: the key of the run. */
  noteRun: `${CANONICAL_BASE}/sid/note-run`,
  /** Base of `GuidanceResponse.moduleCanonical`: one for each bot. */
  bot: `${CANONICAL_BASE}/bot`,
  /** Extension of Bot: declared reads, writes and egress, as JSON text. */
  manifest: `${CANONICAL_BASE}/StructureDefinition/bot-manifest`,
  /** Extension of Bot: SHA-256 of the code and the settings that were deployed last. */
  codeHash: `${CANONICAL_BASE}/StructureDefinition/bot-code-hash`,
} as const;

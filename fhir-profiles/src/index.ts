/** What server, bots, apps and seeds must agree on: canonical URLs, codings, identifier systems, thresholds. No behaviour. */
export {
  CANONICAL_BASE,
  codeSystemUrl,
  extensionUrl,
  factorStateCoding,
  issueCoding,
  measureUrl,
  narrativeEngineCoding,
  observationCoding,
  outreachOutcomeCoding,
  profileUrl,
  riskBandCoding,
  riskFactorCoding,
  searchParameterUrl,
  taskCoding,
  valueSetUrl,
  workStatusCoding,
} from './canonicals.ts';
export {
  aiLabel,
  bandThreshold,
  identifierSystem,
  loincCoding,
  riskProbabilityCoding,
  snomedCoding,
  standardSystem,
  surveyCategory,
} from './terms.ts';

/** What server, bots, apps and seeds must agree on: canonical URLs, codings, identifier systems, thresholds. No behaviour. */
export {
  CANONICAL_BASE,
  codeSystemUrl,
  extensionUrl,
  observationCoding,
  outreachOutcomeCoding,
  profileUrl,
  riskBandCoding,
  riskFactorCoding,
  searchParameterUrl,
  taskCoding,
  workStatusCoding,
} from './canonicals.ts';
export {
  aiLabel,
  bandThreshold,
  identifierSystem,
  loincCoding,
  measureUrl,
  riskProbabilityCoding,
  snomedCoding,
  standardSystem,
  surveyCategory,
} from './terms.ts';

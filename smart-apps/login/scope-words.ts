/** One line of a consent screen: a scope and what it means. */
export interface ScopeWords {
  readonly scope: string;
  readonly words: string;
}

const FIXED: Readonly<Record<string, string>> = {
  offline_access: 'Keep this access when you are not there, until you end it',
  online_access: 'Keep this access while you are signed in',
  fhirUser: 'Know who you are',
};

const QUIET = new Set(['openid', 'profile', 'launch', 'launch/patient', 'launch/encounter']);

const TYPES: Readonly<Record<string, string>> = {
  '*': 'all records',
  Patient: 'names and contact details of patients',
  Observation: 'measurements and observations',
  RiskAssessment: 'risk assessments',
  MeasureReport: 'figures of the clinic',
  Practitioner: 'names of colleagues',
  Appointment: 'appointments',
  Task: 'tasks and outreach',
  Communication: 'messages',
  Encounter: 'visits',
  QuestionnaireResponse: 'answers to questionnaires',
  Subscription: 'live updates',
  Bot: 'the risk calculation',
};

function may(letters: string): string {
  const read = /[rs]/.test(letters) || letters === 'read' || letters === '*';
  const write = /[cud]/.test(letters.replace('read', '')) || letters === 'write' || letters === '*';
  return read && write ? 'See and change' : write ? 'Change' : 'See';
}

function resourceWords(scope: string): string | undefined {
  const match = /^(patient|user|system)\/([A-Za-z]+|\*)\.([a-z]+|\*)/.exec(scope);
  const [, level, type = '', letters = ''] = match ?? [];
  if (!level) {
    return undefined;
  }
  const whose = level === 'patient' ? ' of this patient' : '';
  return `${may(letters)} ${TYPES[type] ?? `${type} records`}${whose}`;
}

/** The scopes that a person decides on, in plain words; what only concerns the protocol is left out. */
export function scopeWords(scope: string): ScopeWords[] {
  return scope
    .split(/\s+/)
    .filter((part) => part && !QUIET.has(part))
    .map((part) => ({ scope: part, words: FIXED[part] ?? resourceWords(part) ?? part }));
}

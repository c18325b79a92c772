/** One line of a consent screen: a scope and what it means. */
export interface ScopeWords {
  readonly scope: string;
  readonly words: string;
  /** Single kinds of records in place of "all records", for those who want to give less. */
  readonly kinds?: readonly ScopeWords[];
}

const FIXED: Readonly<Record<string, string>> = {
  offline_access: 'Keep this access when you are not there, until you end it',
  online_access: 'Keep this access while you are signed in',
  fhirUser: 'Know who you are',
};

const QUIET = new Set(['openid', 'profile', 'email', 'launch', 'launch/patient', 'launch/encounter']);

const KINDS: Readonly<Record<string, string>> = {
  Patient: 'names and contact details of patients',
  Condition: 'diagnoses',
  Observation: 'measurements and observations',
  MedicationRequest: 'medicines',
  AllergyIntolerance: 'allergies',
  Encounter: 'visits',
  DocumentReference: 'notes and documents',
  DiagnosticReport: 'reports of laboratories and imaging',
  Procedure: 'procedures',
  Immunization: 'vaccinations',
  CarePlan: 'care plans',
  RiskAssessment: 'risk assessments',
  QuestionnaireResponse: 'answers to questionnaires',
  Appointment: 'appointments',
  Communication: 'messages',
  Task: 'tasks and outreach',
  Coverage: 'insurance',
  Practitioner: 'names of the staff',
};

const OTHERS: Readonly<Record<string, string>> = {
  '*': 'all records',
  Claim: 'bills to insurers',
  Composition: 'sections of notes',
  DetectedIssue: 'findings about notes',
  MeasureReport: 'figures of the clinic',
  Provenance: 'where records come from',
  Subscription: 'live updates',
  Bot: 'the risk calculation',
  Basic: 'where the risk bands begin',
};

interface Parts {
  readonly level: string;
  readonly type: string;
  readonly letters: string;
  readonly query?: string;
}

function partsOf(scope: string): Parts | undefined {
  const [, level, type, letters, query] =
    /^(patient|user|system)\/([A-Za-z]+|\*)\.([a-z]+|\*)(?:\?(.+))?$/.exec(scope) ?? [];
  return level && type && letters ? { level, type, letters, query } : undefined;
}

function may(letters: string): string {
  const read = /[rs]/.test(letters.replace('write', '')) || letters === '*';
  const write = /[cud]/.test(letters.replace('read', '')) || letters === 'write' || letters === '*';
  return read && write ? 'See and change' : write ? 'Change' : 'See';
}

/** `category=http://…|laboratory` → "only category laboratory". */
function limitWords(query: string): string {
  const limits = [...new URLSearchParams(query)].map(([name, value]) => `${name} ${value.split('|').at(-1) ?? value}`);
  return `, only ${limits.join(' and ')}`;
}

function resourceWords(scope: string): string | undefined {
  const parts = partsOf(scope);
  if (!parts) {
    return undefined;
  }
  const { level, type, letters, query } = parts;
  const plain = level === 'patient' && type === 'Patient' ? 'name and contact details' : undefined;
  const kind = plain ?? KINDS[type] ?? OTHERS[type] ?? `${type} records`;
  return `${may(letters)} ${kind}${level === 'patient' ? ' of this patient' : ''}${query ? limitWords(query) : ''}`;
}

/** The kinds of records that may be given one by one instead of all. */
function kindsOf(scope: string): ScopeWords[] | undefined {
  const parts = partsOf(scope);
  return parts?.type === '*'
    ? Object.keys(KINDS).map((type) => {
        const single = `${parts.level}/${type}.${parts.letters}`;
        return { scope: single, words: resourceWords(single) ?? type };
      })
    : undefined;
}

/** The scopes that a person decides on, in plain words; what only concerns the protocol is left out. */
export function scopeWords(scope: string): ScopeWords[] {
  return scope
    .split(/\s+/)
    .filter((part) => part && !QUIET.has(part))
    .map((part) => {
      const kinds = kindsOf(part);
      return { scope: part, words: FIXED[part] ?? resourceWords(part) ?? part, ...(kinds && { kinds }) };
    });
}

/** What is granted once some lines are dropped: a wildcard of which a kind was dropped becomes the kinds that are left. */
export function grantedScope(asked: string, dropped: ReadonlySet<string>): string {
  const words = new Map(scopeWords(asked).map((one) => [one.scope, one]));
  return asked
    .split(/\s+/)
    .filter((scope) => scope && !dropped.has(scope))
    .flatMap((scope) => {
      const kinds = words.get(scope)?.kinds ?? [];
      const left = kinds.filter((kind) => !dropped.has(kind.scope));
      return left.length === kinds.length ? [scope] : left.map((kind) => kind.scope);
    })
    .join(' ');
}

import type { Composition, DocumentReference, Resource } from '@medplum/fhirtypes';
import { forbidden, unprocessable } from '../fhir/index.ts';
import type { AccessInteraction, RuleSet } from './access-grant.ts';
import { ALL_INTERACTIONS, plainRule } from './rule-set.ts';
import { hasLabel, withLabels } from './security-labels.ts';

type Note = DocumentReference | Composition;

/** Label of what an AI wrote. @see https://terminology.hl7.org/ValueSet-v3-SecurityIntegrityProvenanceAssertedByObservationValue.html */
const AI_WRITTEN = 'AIAST';
const AI_LABEL = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: AI_WRITTEN };
const SIGNED = 'final';
/** What may follow a signature. */
const AFTER_SIGNING: ReadonlySet<string | undefined> = new Set([SIGNED, 'amended', 'entered-in-error']);
/** What may change of a signed note: where it stands, what replaces it; never what it says. */
const OPEN_ELEMENTS: ReadonlySet<string> = new Set(['id', 'meta', 'status', 'docStatus', 'relatesTo', 'text']);

const asNote = (resource: Resource | undefined): Note | undefined =>
  resource?.resourceType === 'DocumentReference' || resource?.resourceType === 'Composition' ? resource : undefined;

const stateOf = (note: Note | undefined): string | undefined =>
  note?.resourceType === 'Composition' ? note.status : note?.docStatus;

/** The clinicians to whom a note is addressed for their signature. */
function addressedTo(note: Note | undefined): string[] {
  const parties =
    note?.resourceType === 'Composition' ? (note.attester ?? []).map((one) => one.party) : [note?.authenticator];
  return parties.flatMap((party) => party?.reference ?? []).sort();
}

function contentOf(note: Note): string {
  const kept = Object.entries(note).filter(([name]) => !OPEN_ELEMENTS.has(name));
  return JSON.stringify(kept.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Who writes, as far as the life of a note asks. */
export interface NoteWriter {
  /** Reference of the acting profile. */
  readonly profile: string;
  /** Is it a bot? */
  readonly isBot: boolean;
  /** Has the person proved to be there in the last minutes? Undefined where nobody can tell. */
  readonly isSteppedUp?: boolean;
}

function checkNew(note: Note): void {
  if (stateOf(note) !== 'preliminary') {
    throw unprocessable('note-step-skipped', 'A note that an AI wrote begins as preliminary');
  }
  if (addressedTo(note).length === 0) {
    throw unprocessable('note-unaddressed', 'A note that an AI wrote names the clinician who is to review it');
  }
}

function checkStep(before: Note, after: Note, writer: NoteWriter): void {
  const [from, to] = [stateOf(before), stateOf(after)];
  if (from !== 'preliminary') {
    return;
  }
  const addressed = addressedTo(before);
  if (addressed.join() !== addressedTo(after).join()) {
    throw unprocessable('note-readdressed', 'The clinician to whom an unsigned note is addressed stays the same');
  }
  if (to === from) {
    return;
  }
  if (writer.isBot || !addressed.includes(writer.profile)) {
    throw forbidden('note-not-addressed', 'Only the clinician to whom the note is addressed signs or discards it');
  }
  if (to !== SIGNED && to !== 'entered-in-error') {
    throw unprocessable('note-step-skipped', 'A preliminary note becomes final or entered-in-error');
  }
  if (to === SIGNED && writer.isSteppedUp === false) {
    throw forbidden('step-up-required', 'Signing needs a fresh proof that it is you: POST auth/step-up');
  }
}

/**
 * The life of a note, whatever policy the writer has: what an AI wrote begins preliminary and is signed only by the
 * clinician to whom it is addressed; what was signed says the same for ever.
 * @returns the note to store, with the label of its origin.
 * @throws FhirError 403 for the wrong signer, 422 for a step that is skipped or content that is signed.
 */
export function keepNoteLifeCycle<T extends Resource>(before: Resource | undefined, after: T, writer: NoteWriter): T {
  const [old, next] = [asNote(before), asNote(after)];
  if (!next) {
    return after;
  }
  if (old && stateOf(old) === SIGNED) {
    if (!AFTER_SIGNING.has(stateOf(next)) || contentOf(old) !== contentOf(next)) {
      throw unprocessable('note-signed', 'A signed note is not changed: write a new one that relatesTo it');
    }
  }
  const isAi = hasLabel(old, AI_WRITTEN) || hasLabel(next, AI_WRITTEN);
  if (!isAi) {
    return after;
  }
  if (old && hasLabel(old, AI_WRITTEN)) {
    checkStep(old, next, writer);
  } else {
    checkNew(next);
  }
  return withLabels(after, [AI_LABEL]);
}

/** Interactions that show a note, or change it. */
const SHOWING: ReadonlySet<AccessInteraction> = new Set(['read', 'vread', 'history', 'search', 'update', 'delete']);

/** What makes an unsigned AI note visible, by the parameters of its type. */
const VISIBLE: Readonly<Record<string, (profile: string) => readonly string[]>> = {
  DocumentReference: (profile) => ['_security:not=AIAST', 'doc-status:not=preliminary', `authenticator=${profile}`],
  Composition: (profile) => ['_security:not=AIAST', 'status:not=preliminary', `attester=${profile}`],
};

/** Beside every policy: an unsigned AI note is there for the clinician to whom it is addressed, and for nobody else. */
export function unsignedNotesRuleSet(profile: string): RuleSet {
  const sets = new Map<string, ReturnType<RuleSet['rulesFor']>>();
  return {
    source: 'unsigned-notes',
    rulesFor(resourceType, interaction) {
      const visible = SHOWING.has(interaction) ? VISIBLE[resourceType] : undefined;
      const key = visible ? resourceType : interaction;
      let rules = sets.get(key);
      if (!rules) {
        rules = visible
          ? visible(profile).map((part) => ({
              ...plainRule(resourceType, [...SHOWING]),
              criteria: `${resourceType}?${part}`,
            }))
          : [plainRule('*', ALL_INTERACTIONS)];
        sets.set(key, rules);
      }
      return rules;
    },
  };
}

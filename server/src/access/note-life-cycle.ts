import type { Coding, Composition, DocumentReference, Resource } from '@medplum/fhirtypes';
import { forbidden, unprocessable } from '../fhir/index.ts';
import type { AccessInteraction, RuleSet } from './access-grant.ts';
import { ALL_INTERACTIONS, plainRule } from './rule-set.ts';
import { hasLabel, withLabels } from './security-labels.ts';

type Note = DocumentReference | Composition;

/** Label of what an AI wrote. @see https://terminology.hl7.org/ValueSet-v3-SecurityIntegrityProvenanceAssertedByObservationValue.html */
const AI_WRITTEN = 'AIAST';
const AI_LABEL = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: AI_WRITTEN };
const SIGNED = 'final';
/** What may follow each state that closes a note; what it says stays the same in all of them. */
const AFTER: Readonly<Record<string, readonly (string | undefined)[]>> = {
  [SIGNED]: [SIGNED, 'amended', 'entered-in-error'],
  amended: ['amended', 'entered-in-error'],
  'entered-in-error': ['entered-in-error'],
};
/** What may change of a signed note: where it stands, what replaces it; never what it says. */
const OPEN_ELEMENTS: ReadonlySet<string> = new Set(['id', 'meta', 'status', 'docStatus', 'relatesTo']);
/** Tags by which the server says how far a draft has come. */
const STATE_TAGS = 'https://mindbridge.health/fhir/CodeSystem/note-status';

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
}

const stateTags = (note: Note): Coding[] => (note.meta?.tag ?? []).filter((tag) => tag.system === STATE_TAGS);

/** The note with the tags of its state as they were: plain writes do not move it on. */
function withStateOf<T extends Resource>(before: Note, after: T): T {
  const others = (after.meta?.tag ?? []).filter((tag) => tag.system !== STATE_TAGS);
  const kept = [...others, ...stateTags(before)];
  const { tag: _tag, ...meta } = after.meta ?? {};
  return { ...after, meta: { ...meta, ...(kept.length > 0 && { tag: kept }) } };
}

function checkNew(note: Note): void {
  if (stateOf(note) !== 'preliminary') {
    throw unprocessable('note-step-skipped', 'A note that an AI wrote begins as preliminary');
  }
  if (stateTags(note).length > 0) {
    throw unprocessable('note-step-skipped', 'Only the server says how far a note has come');
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
    if (contentOf(before) !== contentOf(after)) {
      throw unprocessable(
        'note-edit-by-operation',
        'What an AI drafted is changed with $review, which keeps its evidence',
      );
    }
    return;
  }
  if (writer.isBot || !addressed.includes(writer.profile)) {
    throw forbidden('note-not-addressed', 'Only the clinician to whom the note is addressed signs or discards it');
  }
  if (to === SIGNED) {
    throw unprocessable('note-sign-by-operation', 'What an AI drafted is signed with $sign, which checks its evidence');
  }
  if (to !== 'entered-in-error') {
    throw unprocessable('note-step-skipped', 'A preliminary note becomes final or entered-in-error');
  }
}

/**
 * The life of a note, whatever policy the writer has: what an AI wrote begins preliminary, is edited and signed only by the
 * operations that look at its evidence, and discarded only by the clinician to whom it is addressed; what was signed says
 * the same for ever.
 * @returns the note to store, with the label of its origin.
 * @throws FhirError 403 for the wrong person, 422 for a step that is skipped or content that is signed.
 */
export function keepNoteLifeCycle<T extends Resource>(before: Resource | undefined, after: T, writer: NoteWriter): T {
  const [old, next] = [asNote(before), asNote(after)];
  if (!next) {
    return after;
  }
  const following = old && AFTER[stateOf(old) ?? ''];
  if (following && (!following.includes(stateOf(next)) || contentOf(old) !== contentOf(next))) {
    throw unprocessable('note-signed', 'A signed note is not changed: write a new one that relatesTo it');
  }
  const isAi = hasLabel(old, AI_WRITTEN) || hasLabel(next, AI_WRITTEN);
  if (!isAi) {
    return after;
  }
  if (!old || !hasLabel(old, AI_WRITTEN)) {
    checkNew(next);
    return withLabels(after, [AI_LABEL]);
  }
  checkStep(old, next, writer);
  return withLabels(withStateOf(old, after), [AI_LABEL]);
}

/**
 * May a note be deleted? What an AI drafted is rejected, and what was signed is marked as entered in error: neither
 * disappears.
 * @throws FhirError 422
 */
export function keepNote(note: Resource): void {
  if (asNote(note) && hasLabel(note, AI_WRITTEN)) {
    throw unprocessable('note-kept', 'A note that an AI drafted is not deleted: reject it with $review');
  }
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

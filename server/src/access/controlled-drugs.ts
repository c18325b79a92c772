import { isDeepStrictEqual } from 'node:util';
import type { CodeableConcept, Medication, MedicationRequest, Resource } from '@medplum/fhirtypes';

/** Ingredients of schedules II to V that are prescribed in behavioral health and pain care. @see https://www.deadiversion.usdoj.gov/schedules/ */
const NAMES = [
  ...['alprazolam', 'clonazepam', 'clorazepate', 'chlordiazepoxide', 'diazepam', 'estazolam', 'lorazepam', 'midazolam'],
  ...['oxazepam', 'temazepam', 'triazolam', 'eszopiclone', 'zaleplon', 'zolpidem', 'suvorexant', 'phenobarbital'],
  ...['amphetamine', 'dextroamphetamine', 'lisdexamfetamine', 'methamphetamine', 'methylphenidate'],
  ...['dexmethylphenidate', 'modafinil', 'armodafinil', 'phentermine', 'ketamine', 'esketamine', 'pregabalin'],
  ...['buprenorphine', 'methadone', 'codeine', 'fentanyl', 'hydrocodone', 'hydromorphone', 'morphine', 'oxycodone'],
  ...['oxymorphone', 'tapentadol', 'tramadol', 'testosterone', 'dronabinol'],
];
const NAME = new RegExp(`\\b(?:${NAMES.join('|')})`, 'i');

const RXNORM = 'http://www.nlm.nih.gov/research/umls/rxnorm';
/** The same as RxNorm ingredients. */
const INGREDIENTS: ReadonlySet<string> = new Set([
  ...['596', '2598', '3322', '6470', '6960', '7781', '10355', '10767', '39993', '461016', '74667', '8134', '2356'],
  ...['725', '3288', '700810', '6901', '30125', '724641', '6130', '187832'],
  ...['1819', '6813', '2670', '4337', '5489', '3423', '7052', '7804', '10689', '787390'],
]);

const ATC = 'http://www.whocc.no/atc';
/** Opioids, barbiturates, benzodiazepines and their like, stimulants, opioid dependence. */
const GROUPS = ['N02A', 'N03AA', 'N05BA', 'N05CA', 'N05CD', 'N05CF', 'N06BA01', 'N06BA02', 'N06BA04', 'N06BA07'];
const MORE_GROUPS = ['N06BA11', 'N06BA12', 'N06BA13', 'N07BC'];

function isControlled(concept: CodeableConcept | undefined): boolean {
  const codings = concept?.coding ?? [];
  const texts = [concept?.text, ...codings.map(({ display }) => display)];
  return (
    texts.some((text) => text !== undefined && NAME.test(text)) ||
    codings.some(
      ({ system, code = '' }) =>
        (system === RXNORM && INGREDIENTS.has(code)) ||
        (system === ATC && [...GROUPS, ...MORE_GROUPS].some((group) => code.startsWith(group))),
    )
  );
}

/** What an order is about: the drug, how much of it, and whether it is in force. */
const matterOf = (order: MedicationRequest): unknown[] => [
  order.status,
  order.medicationCodeableConcept,
  order.medicationReference?.reference,
  order.dosageInstruction,
  order.dispenseRequest,
];

/**
 * Does the write put an order for a controlled drug into force, or change one that is? Such an order needs a fresh proof of
 * whoever prescribes.
 * @param medicationOf reads a Medication that the order refers to
 * @see security.md, role matrix
 */
export async function ordersControlledDrug(
  before: Resource | undefined,
  after: Resource,
  medicationOf: (id: string) => Promise<Medication | undefined>,
): Promise<boolean> {
  if (after.resourceType !== 'MedicationRequest' || after.status !== 'active') {
    return false;
  }
  if (before?.resourceType === 'MedicationRequest' && isDeepStrictEqual(matterOf(before), matterOf(after))) {
    return false;
  }
  const reference = after.medicationReference?.reference ?? '';
  const inside = after.contained?.find(({ id }) => reference === `#${id}`);
  const [type, id = ''] = reference.split('/');
  const medication = type === 'Medication' ? await medicationOf(id) : inside;
  return (
    isControlled(after.medicationCodeableConcept) ||
    isControlled(after.medicationReference && { text: after.medicationReference.display }) ||
    (medication?.resourceType === 'Medication' &&
      [medication.code, ...(medication.ingredient ?? []).map((one) => one.itemCodeableConcept)].some(isControlled))
  );
}

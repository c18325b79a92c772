import type { Resource } from '@medplum/fhirtypes';
import { extensionUrl } from '@mindbridge/fhir-profiles';

/** One step into a resource; `where` keeps the entries of a list in which an element has one of those values. */
interface Step {
  readonly name: string;
  readonly where?: readonly [element: string, ...values: string[]];
}

const steps = (path: string): Step[] => path.split('.').map((name) => ({ name }));

/** The identifier systems of United States social security numbers: its address, and its object identifier. */
export const SSN_SYSTEMS = ['http://hl7.org/fhir/sid/us-ssn', 'urn:oid:2.16.840.1.113883.4.1'] as const;

const SSN: readonly (readonly Step[])[] = [
  [{ name: 'identifier', where: ['system', ...SSN_SYSTEMS] }, { name: 'value' }],
  [{ name: 'extension', where: ['url', extensionUrl.ssn] }, { name: 'valueString' }],
];

/** Texts that are never stored as they are: messages, notes, reasons, social security numbers, secrets of clients and projects. */
const SEALED: ReadonlyMap<string, readonly (readonly Step[])[]> = new Map([
  ['Binary', [steps('data')]],
  ['ClientApplication', [steps('secret'), steps('retiringSecret'), steps('identityProvider.clientSecret')]],
  [
    'Communication',
    [
      steps('payload.contentString'),
      steps('payload.contentAttachment.data'),
      steps('payload.contentAttachment.title'),
      steps('note.text'),
      steps('text.div'),
    ],
  ],
  ['CommunicationRequest', [steps('payload.contentString'), steps('note.text'), steps('text.div')]],
  [
    'Composition',
    [
      ...[steps('section.text.div'), steps('section.section.text.div'), steps('section.section.section.text.div')],
      steps('text.div'),
    ],
  ],
  ['DocumentReference', [steps('content.attachment.data'), steps('text.div')]],
  ['Patient', SSN],
  ['Person', SSN],
  ['Practitioner', SSN],
  ['Project', [steps('secret.valueString')]],
  ['RelatedPerson', SSN],
  ['Task', [steps('reasonCode.text'), steps('statusReason.text'), steps('note.text')]],
]);

/** May the resource have elements that are sealed, its own or those of one that it contains? */
export function hasSealedElements(resource: Resource): boolean {
  return SEALED.has(resource.resourceType) || 'contained' in resource;
}

/** Types that may have elements of their own which are sealed. */
export const SEALED_TYPES: readonly string[] = [...SEALED.keys()];

/** Does a stored resource still hold a text where none may stand? Sealed ones are empty there. */
export function hasPlainText(stored: Resource): boolean {
  let found = false;
  withoutSealed(stored, (text) => {
    found ||= text !== '';
    return '';
  });
  return found;
}

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;

function replaced(node: unknown, path: readonly Step[], replace: (text: string) => string): unknown {
  const [step, ...rest] = path;
  if (Array.isArray(node)) {
    return node.map((one) => replaced(one, path, replace));
  }
  if (!step) {
    return typeof node === 'string' ? replace(node) : node;
  }
  if (!isObject(node) || node[step.name] === undefined) {
    return node;
  }
  const value = node[step.name];
  const next = step.where
    ? whereOf(value, step.where, (one) => replaced(one, rest, replace))
    : replaced(value, rest, replace);
  return { ...node, [step.name]: next };
}

function whereOf(
  list: unknown,
  [element, ...wanted]: readonly [string, ...string[]],
  change: (one: unknown) => unknown,
): unknown {
  const changed = (one: unknown): unknown =>
    isObject(one) && wanted.includes(String(one[element])) ? change(one) : one;
  return Array.isArray(list) ? list.map(changed) : list;
}

/** A copy in which each text that is to be sealed is replaced; the order of elements stays. */
export function withoutSealed(resource: Resource, replace: (text: string) => string): unknown {
  const contained = (resource as { readonly contained?: readonly Resource[] }).contained;
  const whole = contained ? { ...resource, contained: contained.map((one) => withoutSealed(one, replace)) } : resource;
  const paths = SEALED.get(resource.resourceType) ?? [];
  return paths.reduce<unknown>((node, path) => replaced(node, path, replace), whole);
}

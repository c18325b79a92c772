import { z } from 'zod';

/** Whom a run is about: the values of `%patient` and `%encounter` in the bot's policy. */
export interface RunSubject {
  readonly patient?: string;
  readonly encounter?: string;
}

const reference = z.object({ reference: z.string().optional() }).optional().catch(undefined);
const inputSchema = z.object({
  resourceType: z.string(),
  id: z.string().optional().catch(undefined),
  subject: reference,
  patient: reference,
  for: reference,
  encounter: reference,
  context: z
    .object({ encounter: z.array(z.object({ reference: z.string().optional() })).optional() })
    .optional()
    .catch(undefined),
  parameter: z
    .array(z.object({ name: z.string(), valueReference: reference }))
    .optional()
    .catch(undefined),
});
type Input = z.output<typeof inputSchema>;

/**
 * Reads from a bot's input whom the run is about, so that a bot of one patient's chart sees that chart alone. A list of
 * many patients is about none of them.
 */
export function runSubject(inputJson: string): RunSubject {
  const parsed = inputSchema.safeParse(parsedJson(inputJson));
  if (!parsed.success) {
    return {};
  }
  const patient = only('Patient', parsed.data);
  const encounter = only('Encounter', parsed.data);
  return { ...(patient && { patient }), ...(encounter && { encounter }) };
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The one reference to a type that an input names; undefined when it names none, or several. */
function only(type: 'Patient' | 'Encounter', input: Input): string | undefined {
  const own = input.resourceType === type && input.id ? `${type}/${input.id}` : undefined;
  const named = (input.parameter ?? []).map((each) => each.valueReference?.reference);
  const links = [input.subject, input.patient, input.for, input.encounter].map((each) => each?.reference);
  const contexts = (input.context?.encounter ?? []).map((each) => each.reference);
  const pattern = new RegExp(`^${type}/[A-Za-z0-9.-]{1,64}$`);
  const found = new Set([own, ...named, ...links, ...contexts].filter((each) => each && pattern.test(each)));
  return found.size === 1 ? [...found][0] : undefined;
}

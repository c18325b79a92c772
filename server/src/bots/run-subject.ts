import { z } from 'zod';

/** Whom a run is about: the values of `%patient`, `%patients` and `%encounter` in the bot's policy. */
export interface RunSubject {
  /** The one patient of the input; absent when it names none, or several. */
  readonly patient?: string;
  /** Every patient that the input names, separated by commas. */
  readonly patients?: string;
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
  participant: z
    .array(z.object({ actor: reference }))
    .optional()
    .catch(undefined),
  parameter: z
    .array(z.object({ name: z.string(), valueReference: reference }))
    .optional()
    .catch(undefined),
});
type Input = z.output<typeof inputSchema>;

/** Most patients that one run is bound to: their references travel in its token. */
const MAX_PATIENTS = 500;

/**
 * Reads from a bot's input whom the run is about, so that a bot of one patient's chart sees that chart alone, and one
 * that is given several patients these and no others.
 */
export function runSubject(inputJson: string): RunSubject {
  const parsed = inputSchema.safeParse(parsedJson(inputJson));
  if (!parsed.success) {
    return {};
  }
  const patients = named('Patient', parsed.data);
  const encounters = named('Encounter', parsed.data);
  return {
    ...(patients.length === 1 && { patient: patients[0] }),
    ...(patients.length > 0 && patients.length <= MAX_PATIENTS && { patients: patients.join(',') }),
    ...(encounters.length === 1 && { encounter: encounters[0] }),
  };
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The references to a type that an input names, each once. */
function named(type: 'Patient' | 'Encounter', input: Input): string[] {
  const own = input.resourceType === type && input.id ? `${type}/${input.id}` : undefined;
  const given = (input.parameter ?? []).map((each) => each.valueReference?.reference);
  const actors = (input.participant ?? []).map((each) => each.actor?.reference);
  const links = [input.subject, input.patient, input.for, input.encounter].map((each) => each?.reference);
  const contexts = (input.context?.encounter ?? []).map((each) => each.reference);
  const pattern = new RegExp(`^${type}/[A-Za-z0-9.-]{1,64}$`);
  const all = [own, ...given, ...links, ...contexts, ...actors];
  return [...new Set(all.flatMap((each) => (each !== undefined && pattern.test(each) ? [each] : [])))];
}

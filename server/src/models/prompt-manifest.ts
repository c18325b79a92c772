import type { Resource } from '@medplum/fhirtypes';
import { z } from 'zod';
import { hiddenFields } from '../access/index.ts';
import { forbidden } from '../fhir/index.ts';
import { type OperationRequest, parseStored } from '../repository/index.ts';

const PART_TWO = '42CFRPart2';

/** What a caller says that its prompt shows: elements of versions. */
export const promptManifestSchema = z
  .array(
    z.strictObject({
      reference: z.string().regex(/^[A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64}(?:\/_history\/[A-Za-z0-9.-]{1,64})?$/),
      fields: z.array(z.string().regex(/^[A-Za-z][A-Za-z0-9.]{0,99}$/)).max(100),
    }),
  )
  .max(500);
export type PromptManifest = z.output<typeof promptManifestSchema>;

/**
 * Refuses a prompt that shows what its module may not see: a resource outside its policy, a hidden element, or records
 * under 42 CFR Part 2. What is shown counts as read, and is audited so.
 * @throws FhirError 403
 * @see security.md S73
 */
export async function assertManifest(request: OperationRequest, manifest: PromptManifest): Promise<void> {
  for (const { reference, fields } of manifest) {
    const [type = '', id = ''] = reference.split('/');
    const hidden = hiddenFields(request.grant, type);
    const shown = fields.find((field) => hidden.some((each) => field === each || field.startsWith(`${each}.`)));
    if (shown !== undefined) {
      throw forbidden('model-field-hidden', `The policy of the module hides ${type}.${shown}`);
    }
    const resource = parseStored<Resource>(await request.repository.readStored(type, id));
    if (resource.meta?.security?.some(({ code }) => code === PART_TWO)) {
      throw forbidden('model-part-two', 'Records under 42 CFR Part 2 are not shown to a model');
    }
  }
}

import type { AccessPolicy, Extension } from '@medplum/fhirtypes';
import { extensionUrl } from '@mindbridge/fhir-profiles';
import { z } from 'zod';
import { botCanonical } from '../kit/index.ts';

const resourceType = z.string().regex(/^[A-Z][A-Za-z]+$/);

const manifestSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]*$/),
  title: z.string().min(1),
  description: z.string().min(1),
  /** Name of the AccessPolicy that the bot runs under. */
  policy: z.string().min(1),
  /** Events that wait for the same patient, or for the same bot, run once. */
  coalesce: z.enum(['patient', 'bot']).optional(),
  /** Seconds that a run may take; the host's default when absent. */
  timeout: z.int().min(1).max(280).optional(),
  /** When the bot runs by the clock, as five fields in UTC. */
  cron: z.string().optional(),
  reads: z.array(resourceType),
  writes: z.array(resourceType),
  /** Hosts that the bot may call. */
  egress: z.array(z.string()),
});

/** What a bot declares about itself; the file `manifest.json` beside it. */
export type BotManifest = z.infer<typeof manifestSchema>;

const subscriptionsSchema = z.array(
  z.strictObject({
    name: z.string().min(1),
    reason: z.string().min(1),
    criteria: z.string().regex(/^[A-Z][A-Za-z]+\?/),
    /** FHIRPath over `%previous` and `%current` that must hold too. */
    when: z.string().optional(),
  }),
);

/** What triggers a bot; the file `subscription.json` beside it. */
export type BotSubscriptions = z.infer<typeof subscriptionsSchema>;

/** Reads a manifest; throws when an element is missing, malformed or unknown. */
export function parseManifest(value: unknown): BotManifest {
  return manifestSchema.parse(value);
}

/** Reads the declared subscriptions; throws when one is malformed. */
export function parseSubscriptions(value: unknown): BotSubscriptions {
  return subscriptionsSchema.parse(value);
}

/** The manifest as extensions of the Bot resource. */
export function manifestExtensions(manifest: BotManifest): Extension[] {
  const declared: Extension[] = [
    ...manifest.reads.map((type) => ({ url: 'read', valueCode: type })),
    ...manifest.writes.map((type) => ({ url: 'write', valueCode: type })),
    ...manifest.egress.map((host) => ({ url: 'egress', valueString: host })),
  ];
  return [
    { url: botCanonical.manifest, extension: declared },
    ...(manifest.coalesce ? [{ url: extensionUrl.botCoalesce, valueCode: manifest.coalesce }] : []),
  ];
}

/** The least policy that the manifest needs, for servers whose seeds bring none of this name. */
export function policyOf(manifest: BotManifest): AccessPolicy {
  const types = [...new Set([...manifest.reads, ...manifest.writes])].sort();
  return {
    resourceType: 'AccessPolicy',
    name: manifest.policy,
    resource: types.map((type) => ({
      resourceType: type,
      interaction: [
        ...(manifest.reads.includes(type) ? (['read', 'search'] as const) : []),
        ...(manifest.writes.includes(type) ? (['create', 'update'] as const) : []),
      ],
    })),
  };
}

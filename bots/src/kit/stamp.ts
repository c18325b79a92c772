import type { BundleEntry, Device, Meta, Provenance, Reference, Resource } from '@medplum/fhirtypes';
import { aiLabel, identifierSystem, standardSystem } from '@mindbridge/fhir-profiles';

/** An engine as the record names it; one Device per engine and version. */
export interface EngineIdentity {
  /** Such as `risk-embedded`. */
  readonly name: string;
  readonly version: string;
  /** What people read, such as `MindBridge risk engine`. */
  readonly display: string;
  /** `name/version` of the validator that checks what it writes. */
  readonly validator?: string;
  /** Vocabularies that it uses, as `system|version`. */
  readonly terminologies?: readonly string[];
}

/** `engine/version`: the identifier of the engine's Device. */
export function engineKey(engine: EngineIdentity): string {
  return `${engine.name}/${engine.version}`;
}

/** Search that finds the engine's Device. */
export function deviceSearch(engine: EngineIdentity): string {
  return `Device?identifier=${encodeURIComponent(`${identifierSystem.engine}|${engineKey(engine)}`)}&_count=1`;
}

/** The engine's Device. @see https://hl7.org/fhir/R4/device.html */
export function engineDevice(engine: EngineIdentity): Device {
  return {
    resourceType: 'Device',
    identifier: [{ system: identifierSystem.engine, value: engineKey(engine) }],
    status: 'active',
    deviceName: [{ name: engine.display, type: 'user-friendly-name' }],
    version: [{ value: engine.version }],
    type: { text: 'Clinical decision support software' },
  };
}

/** Adds the label "asserted by artificial intelligence" to a resource's meta, once, keeping every other label. */
export function labelled<R extends Resource>(resource: R): R {
  const security = resource.meta?.security ?? [];
  const has = security.some((label) => label.system === aiLabel.system && label.code === aiLabel.code);
  const meta: Meta = { ...resource.meta, security: has ? security : [...security, aiLabel] };
  return { ...resource, meta };
}

/** What a Provenance must say about one run. */
export interface RunRecord {
  readonly engine: EngineIdentity;
  /** Reference to the engine's Device, or the `urn:uuid` of the entry that creates it. */
  readonly device: Reference<Device>;
  /** References of what the run wrote; `urn:uuid` inside a transaction. */
  readonly targets: readonly string[];
  /** Versioned references of what the run read. */
  readonly sources: readonly string[];
  /** Instant of the run (ISO 8601). */
  readonly recorded: string;
}

/** Provenance of a run: author the engine's Device, entities the versions read. @see https://hl7.org/fhir/R4/provenance.html */
export function provenanceOf(run: RunRecord): Provenance {
  return labelled<Provenance>({
    resourceType: 'Provenance',
    target: run.targets.map((reference) => ({ reference })),
    recorded: run.recorded,
    agent: [
      {
        type: { coding: [{ system: standardSystem.provenanceParticipant, code: 'author', display: 'Author' }] },
        who: { ...run.device, display: `${run.engine.display} ${run.engine.version}` },
      },
    ],
    ...(run.sources.length > 0 && {
      entity: run.sources.map((reference) => ({ role: 'source' as const, what: { reference } })),
    }),
  });
}

/** The engine's Device as an entry that creates it unless it exists. */
export function deviceEntry(engine: EngineIdentity, fullUrl: string): BundleEntry {
  return {
    fullUrl,
    resource: engineDevice(engine),
    request: {
      method: 'POST',
      url: 'Device',
      ifNoneExist: `identifier=${identifierSystem.engine}|${engineKey(engine)}`,
    },
  };
}

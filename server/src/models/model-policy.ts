import type { ProjectSetting } from '@medplum/fhirtypes';
import { conflict } from '../fhir/index.ts';

/** Names of the Project settings that say what a clinic wants of models. */
export const MODEL_SETTINGS = {
  /** `valueBoolean: false` switches every model off. */
  enabled: 'aiModels',
  /** `valueString`: modules (purposes, such as `soap`) for which models are off, with commas. */
  modulesOff: 'aiModelsOff',
  /** `valueInteger`: tokens for one day (UTC). */
  dailyTokens: 'aiDailyTokens',
} as const;

/** What a clinic wants of models. */
export interface ModelPolicy {
  readonly enabled: boolean;
  readonly modulesOff: readonly string[];
  readonly dailyTokens?: number;
}

/** Reads the settings of a Project; models are on where it says nothing. */
export function modelPolicy(settings: readonly ProjectSetting[]): ModelPolicy {
  const named = (name: string) => settings.find((setting) => setting.name === name);
  const dailyTokens = named(MODEL_SETTINGS.dailyTokens)?.valueInteger;
  return {
    enabled: named(MODEL_SETTINGS.enabled)?.valueBoolean !== false,
    modulesOff: (named(MODEL_SETTINGS.modulesOff)?.valueString ?? '').split(',').map((module) => module.trim()),
    ...(dailyTokens !== undefined && { dailyTokens }),
  };
}

/** @throws FhirError 409 `no-model`, at which bots go on with their embedded engines. */
export function assertOn({ enabled, modulesOff }: ModelPolicy, purpose: string): void {
  if (!enabled || modulesOff.includes(purpose)) {
    throw conflict('no-model', `Models are switched off in this clinic${enabled ? ` for ${purpose}` : ''}`);
  }
}

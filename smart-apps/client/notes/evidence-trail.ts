import type { Parameters, ParametersParameter } from '@medplum/fhirtypes';

/** One quote behind a sentence, as the server found it in its source just now. */
export interface TrailStep {
  readonly source: string;
  readonly start: number;
  readonly end: number;
  readonly quote: string;
  readonly speaker?: string;
  /** The quote stands where it is said to stand. */
  readonly resolves: boolean;
  /** Seconds in the recording. */
  readonly audioStart?: number;
}

function part(of: ParametersParameter, name: string): ParametersParameter | undefined {
  return of.part?.find((each) => each.name === name);
}

function step(of: ParametersParameter): TrailStep {
  return {
    source: part(of, 'source')?.valueReference?.reference ?? '',
    start: part(of, 'start')?.valueInteger ?? 0,
    end: part(of, 'end')?.valueInteger ?? 0,
    quote: part(of, 'quote')?.valueString ?? '',
    speaker: part(of, 'speaker')?.valueString,
    resolves: part(of, 'resolves')?.valueBoolean === true,
    audioStart: part(of, 'audio-start')?.valueDecimal,
  };
}

/** Quotes by the id of their sentence, from the answer of `DocumentReference/{id}/$evidence`. */
export function evidenceTrail(parameters: Parameters): ReadonlyMap<string, readonly TrailStep[]> {
  return new Map(
    (parameters.parameter ?? [])
      .filter((one) => one.name === 'sentence')
      .map((one) => [
        part(one, 'id')?.valueString ?? '',
        (one.part ?? []).filter((each) => each.name === 'support').map(step),
      ]),
  );
}

import type { Coding } from '@medplum/fhirtypes';
import { order } from '../fhirpath/values.ts';

/** A backbone element is typed by its path here and `BackboneElement` there; System types are primitives. */
export function matchesType(allowed: string, found: string): boolean {
  return (
    allowed === found ||
    found.includes('.') ||
    allowed.startsWith('http://hl7.org/fhirpath/System.') ||
    allowed === 'Resource' ||
    allowed === 'DomainResource'
  );
}

/** A type as an issue shows it. */
export function shownType(type: string): string {
  return type.includes('.') ? 'an element' : type;
}

/** Resource type of a value, if it is a resource. */
export function resourceTypeOf(value: unknown): string | undefined {
  return typeof value === 'object' && value !== null && 'resourceType' in value
    ? String(value.resourceType)
    : undefined;
}

/** Codings that a binding judges; undefined for a value that has none. */
export function codingsOf(value: unknown, type: string): Coding[] | undefined {
  if (typeof value === 'string') {
    return [{ code: value }];
  }
  if (typeof value !== 'object' || value === null) {
    return undefined;
  }
  if (type === 'CodeableConcept') {
    return (value as { coding?: Coding[] }).coding ?? [];
  }
  return type === 'Coding' || type === 'Quantity' ? [value as Coding] : undefined;
}

/** Below 0 for a value under a bound; quantities are compared where the bound names no unit, or the same code. */
export function orderToBound(value: unknown, bound: unknown): number | undefined {
  const [found, limit] = [measureOf(value), measureOf(bound)];
  if (found && limit) {
    const unit = limit.code ?? limit.unit;
    return unit === undefined || unit === (limit.code ? found.code : found.unit)
      ? found.value - limit.value
      : undefined;
  }
  return order(value, bound);
}

function measureOf(
  value: unknown,
): { readonly value: number; readonly code?: unknown; readonly unit?: unknown } | undefined {
  return typeof value === 'object' && value !== null && 'value' in value && typeof value.value === 'number'
    ? { ...value, value: value.value }
    : undefined;
}

type Json = Record<string, unknown>;

/** `value_quantity: "gt5"` → `value-quantity=gt5`; names that start with `_` keep their form. */
export function searchParameters(args: Json): URLSearchParams {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(args)) {
    const code = name.startsWith('_') ? name : name.replaceAll('_', '-');
    for (const single of Array.isArray(value) ? value : [value]) {
      if (single !== undefined) {
        params.append(code, String(single));
      }
    }
  }
  return params;
}

/** Arguments on a list element filter by equality; `_offset` and `_count` cut. */
export function filtered(values: readonly Json[], { _offset, _count, ...equal }: Json): Json[] {
  const matching = values.filter((value) => Object.entries(equal).every(([name, wanted]) => value[name] === wanted));
  const start = Number(_offset ?? 0);
  return matching.slice(start, _count === undefined ? undefined : start + Number(_count));
}

/** Values for the `%name`s of a policy: a plain text, or a reference such as `Practitioner/123`. */
export type PolicyParameters = Readonly<Record<string, string>>;

const NAME = /%([A-Za-z][A-Za-z0-9_-]*)(\.id)?/g;
const HEX = /^[0-9A-Fa-f]{2}/;

function lookUp(parameters: PolicyParameters, name: string, asId: boolean): string | undefined {
  const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
  return asId ? value?.slice(value.lastIndexOf('/') + 1) : value;
}

/** Keeps a value from adding parameters to the criteria; separators of references and lists stay readable. */
function inQuery(value: string): string {
  return encodeURIComponent(value).replaceAll('%2F', '/').replaceAll('%2C', ',');
}

/**
 * Puts parameters into search criteria. Undefined when one of them has no value: such a rule grants nothing,
 * for without the missing part it would grant too much.
 */
export function criteriaWith(criteria: string, parameters: PolicyParameters): string | undefined {
  let missing = false;
  const result = criteria.replace(NAME, (found, name: string, id: string | undefined) => {
    const value = lookUp(parameters, name, id !== undefined);
    if (value !== undefined) {
      return inQuery(value);
    }
    missing ||= !HEX.test(name);
    return found;
  });
  return missing ? undefined : result;
}

/** Puts parameters into a FHIRPath expression, as string literals; `%before`, `%after` and unknown names stay variables. */
export function expressionWith(expression: string, parameters: PolicyParameters): string {
  return expression.replace(/'?%([A-Za-z][A-Za-z0-9_-]*)(\.id)?(?![A-Za-z0-9_(.-])'?/g, (found, name: string, id) => {
    const value = lookUp(parameters, name, id !== undefined);
    return value === undefined ? found : `'${value.replace(/[\\']/g, '\\$&')}'`;
  });
}

import { createHash } from 'node:crypto';
import type { SearchParameter } from '@medplum/fhirtypes';
import { packSearchParameter, type SearchParameterInfo } from '../../definitions/index.ts';

/** What search needs of a tenant's own SearchParameter; `extension('url')` is written out as a path. */
export function customInfo(parameter: SearchParameter): SearchParameterInfo {
  const { expression, component, ...info } = packSearchParameter(parameter);
  return {
    ...info,
    ...(expression && { expression: writtenOut(expression) }),
    ...(component && { component: component.map((c) => ({ ...c, expression: writtenOut(c.expression) })) }),
  };
}

function writtenOut(expression: string): string {
  return expression.replace(/\bextension\(\s*'([^']*)'\s*\)/g, "extension.where(url='$1')");
}

/** Changes with whatever the rows of a parameter depend on. */
export function definitionHash({ type, expression, component }: SearchParameterInfo): string {
  return createHash('sha256')
    .update(JSON.stringify([type, expression, component]))
    .digest('hex')
    .slice(0, 16);
}

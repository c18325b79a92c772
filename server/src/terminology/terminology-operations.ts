import type { CodeSystem, Coding, ConceptMap, ParametersParameter, Resource, ValueSet } from '@medplum/fhirtypes';
import { invalid } from '../fhir/index.ts';
import { type Inputs, parametersFrom, readInputs, required } from './inputs.ts';
import type { OperationAnswer, OperationCall, TerminologyOperation } from './operation-call.ts';
import type { CodeMeaning, Terminology } from './terminology.ts';
import type { CodeVerdict } from './validate-code.ts';

type Handler = (call: OperationCall, inputs: Inputs) => Promise<Resource>;

/** $expand, $validate-code, $lookup, $subsumes and $translate. @see https://hl7.org/fhir/R4/terminology-service.html */
export function terminologyOperations(terminology: Terminology): TerminologyOperation[] {
  return [
    ...both('ValueSet', '$expand', expand(terminology), EXPAND),
    ...both('ValueSet', '$validate-code', validateInValueSet(terminology), VALIDATE_IN_VALUE_SET),
    ...both('CodeSystem', '$validate-code', validateInSystem(terminology), VALIDATE_IN_SYSTEM),
    ...both('CodeSystem', '$lookup', lookup(terminology), LOOKUP),
    ...both('CodeSystem', '$subsumes', subsumes(terminology), SUBSUMES),
    ...both('ConceptMap', '$translate', translate(terminology), TRANSLATE),
  ];
}

/** What each operation takes; a parameter that would change nothing is refused rather than ignored. */
const CODES = 'coding codeableConcept code display';
const EXPAND =
  'url valueSet valueSetVersion filter count offset activeOnly excludeNested excludeNotForUI includeDesignations includeDefinition displayLanguage';
const VALIDATE_IN_VALUE_SET = `url valueSet valueSetVersion ${CODES} system systemVersion version`;
const VALIDATE_IN_SYSTEM = `url codeSystem ${CODES} system version systemVersion`;
const LOOKUP = 'coding code system version property';
const SUBSUMES = 'codeA codeB codingA codingB system version';
const TRANSLATE = `url conceptMap conceptMapVersion ${CODES} system version source target targetsystem reverse`;

function both(type: string, name: string, handler: Handler, takes: string): TerminologyOperation[] {
  return (['type', 'instance'] as const).map((level) => ({
    name,
    level,
    types: [type],
    methods: ['GET', 'POST'],
    definition: `http://hl7.org/fhir/OperationDefinition/${type}-${name.slice(1)}`,
    async handle(call: OperationCall): Promise<OperationAnswer> {
      return { resource: await handler(call, readInputs(call, takes.split(' '))) };
    },
  }));
}

/** The resource of an instance-level call. */
async function instance<T extends Resource>(call: OperationCall): Promise<T | undefined> {
  return call.id ? ((await call.repository.readResource(call.resourceType as string, call.id)) as T) : undefined;
}

async function valueSetOf(call: OperationCall, inputs: Inputs): Promise<string | ValueSet> {
  const given =
    (await instance<ValueSet>(call)) ??
    inputs.resource<ValueSet>('valueSet', 'ValueSet') ??
    urlIn(inputs, 'valueSetVersion');
  return required(given, 'url or valueSet');
}

/** The `url` of a call, in the version that it names beside it. */
function urlIn(inputs: Inputs, versionName: string): string | undefined {
  const [url, version] = [inputs.text('url'), inputs.text(versionName)];
  return url && version && !url.includes('|') ? `${url}|${version}` : url;
}

function expand(terminology: Terminology): Handler {
  return async (call, inputs) => {
    const [filter, language] = [inputs.text('filter'), inputs.text('displayLanguage')];
    const options = {
      ...(filter && { filter }),
      ...(language && { language }),
      count: inputs.integer('count'),
      offset: inputs.integer('offset'),
      activeOnly: inputs.flag('activeOnly'),
      nested: inputs.flag('excludeNested') === false,
      designations: inputs.flag('includeDesignations'),
      definition: inputs.flag('includeDefinition'),
      selectable: inputs.flag('excludeNotForUI'),
    };
    return terminology.expand(await valueSetOf(call, inputs), options, call.repository);
  };
}

/** Codings of a call: `coding`, each of `codeableConcept`, or `code` with `system`. */
function codingsOf(inputs: Inputs, system = inputs.text('system')): Coding[] {
  const coding = inputs.coding('coding');
  const concept = inputs.concept('codeableConcept');
  const code = inputs.text('code');
  const display = inputs.text('display');
  const version = inputs.text('version') ?? inputs.text('systemVersion');
  const plain = {
    code,
    ...(system && { system }),
    ...(version && { version }),
    ...(display && { display }),
  };
  const found = coding ? [coding] : (concept?.coding ?? (code ? [plain] : []));
  if (found.length === 0) {
    throw invalid('operation-parameter', 'Missing parameter: need code, coding or codeableConcept');
  }
  return found;
}

function validateInValueSet(terminology: Terminology): Handler {
  return async (call, inputs) => {
    const valueSet = await valueSetOf(call, inputs);
    return bestVerdict(codingsOf(inputs), (coding) =>
      terminology.validateInValueSet(valueSet, coding, call.repository),
    );
  };
}

function validateInSystem(terminology: Terminology): Handler {
  return async (call, inputs) => {
    const given = (await instance<CodeSystem>(call)) ?? inputs.resource<CodeSystem>('codeSystem', 'CodeSystem');
    const url = given?.url ?? inputs.text('url') ?? inputs.text('system');
    const codings = codingsOf(inputs, url).map((coding) => ({
      ...coding,
      system: coding.system ?? required(url, 'url'),
    }));
    return bestVerdict(codings, (coding) => terminology.validateInSystem(coding, call.repository, given));
  };
}

/** The first good verdict, else the last bad one: one good coding makes a concept good. */
async function bestVerdict(
  codings: readonly Coding[],
  judge: (coding: Coding) => Promise<CodeVerdict>,
): Promise<Resource> {
  let verdict: CodeVerdict = { result: false };
  for (const coding of codings) {
    verdict = await judge(coding);
    if (verdict.result) {
      break;
    }
  }
  return parametersFrom([
    { name: 'result', valueBoolean: verdict.result },
    verdict.message ? { name: 'message', valueString: verdict.message } : undefined,
    verdict.display ? { name: 'display', valueString: verdict.display } : undefined,
    verdict.code ? { name: 'code', valueCode: verdict.code } : undefined,
    verdict.system ? { name: 'system', valueUri: verdict.system } : undefined,
  ]);
}

function lookup(terminology: Terminology): Handler {
  return async (call, inputs) => {
    const given = await instance<CodeSystem>(call);
    const [coding] = codingsOf(inputs, given?.url ?? inputs.text('system')) as [Coding];
    const system = required(coding.system, 'system');
    const meaning = await terminology.lookup({ ...coding, system }, call.repository, given);
    const asked = new Set(inputs.texts('property'));
    const wanted = (name: string): boolean => asked.size === 0 || asked.has(name);
    return parametersFrom([
      { name: 'name', valueString: meaning.name },
      meaning.version ? { name: 'version', valueString: meaning.version } : undefined,
      meaning.display ? { name: 'display', valueString: meaning.display } : undefined,
      meaning.concept.definition && wanted('definition')
        ? { name: 'definition', valueString: meaning.concept.definition }
        : undefined,
      ...(wanted('designation') ? designations(meaning) : []),
      ...properties(meaning).filter(({ part }) => wanted(part?.[0]?.valueCode ?? '')),
    ]);
  };
}

function designations({ concept }: CodeMeaning): ParametersParameter[] {
  return (concept.designation ?? []).map((d) => ({
    name: 'designation',
    part: [
      ...(d.language ? [{ name: 'language', valueCode: d.language }] : []),
      ...(d.use ? [{ name: 'use', valueCoding: d.use }] : []),
      { name: 'value', valueString: d.value },
    ],
  }));
}

function properties({ concept, parent }: CodeMeaning): ParametersParameter[] {
  const named = (code: string, value: Omit<ParametersParameter, 'name'>): ParametersParameter => ({
    name: 'property',
    part: [
      { name: 'code', valueCode: code },
      { name: 'value', ...value },
    ],
  });
  return [
    ...(concept.property ?? []).map(({ code, ...value }) =>
      named(code as string, value as Omit<ParametersParameter, 'name'>),
    ),
    ...(parent ? [named('parent', { valueCode: parent })] : []),
    ...(concept.concept ?? []).map((child) => named('child', { valueCode: child.code })),
  ];
}

function subsumes(terminology: Terminology): Handler {
  return async (call, inputs) => {
    const given = await instance<CodeSystem>(call);
    const a = inputs.coding('codingA') ?? { code: required(inputs.text('codeA'), 'codeA') };
    const b = inputs.coding('codingB') ?? { code: required(inputs.text('codeB'), 'codeB') };
    const url = required(given?.url ?? a.system ?? b.system ?? inputs.text('system'), 'system');
    const version = a.version ?? b.version ?? inputs.text('version');
    const system = version && !given ? `${url}|${version}` : url;
    const outcome = await terminology.subsumes(system, a.code ?? '', b.code ?? '', call.repository, given);
    return parametersFrom([{ name: 'outcome', valueCode: outcome }]);
  };
}

function translate(terminology: Terminology): Handler {
  return async (call, inputs) => {
    const map =
      (await instance<ConceptMap>(call)) ??
      inputs.resource<ConceptMap>('conceptMap', 'ConceptMap') ??
      urlIn(inputs, 'conceptMapVersion');
    const request = {
      ...(map && { map }),
      source: inputs.text('source'),
      target: inputs.text('target'),
      targetSystem: inputs.text('targetsystem'),
      reverse: inputs.flag('reverse'),
    };
    const codings = codingsOf(inputs);
    const found = [];
    for (const coding of codings) {
      found.push(...(await terminology.translate({ ...request, coding }, call.repository)));
    }
    const good = found.filter((t) => t.equivalence !== 'unmatched' && t.equivalence !== 'disjoint');
    return parametersFrom([
      { name: 'result', valueBoolean: good.length > 0 },
      good.length === 0 ? { name: 'message', valueString: 'No translation was found' } : undefined,
      ...found.map((t) => ({
        name: 'match',
        part: [
          { name: 'equivalence', valueCode: t.equivalence },
          ...(t.coding ? [{ name: 'concept', valueCoding: t.coding }] : []),
          ...(t.map ? [{ name: 'source', valueUri: t.map }] : []),
        ],
      })),
    ]);
  };
}

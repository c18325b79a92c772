import { parseArgs } from 'node:util';
import type { ReleaseFacts } from '../load-release.ts';
import { ICD10CM, readIcd10cm } from './icd10cm.ts';
import { LOINC, readLoinc } from './loinc.ts';
import type { Lines, ReleasedConcept } from './released-concept.ts';
import { RXNORM, readRxNorm } from './rxnorm.ts';
import { readSnomed, SNOMED } from './snomed.ts';

/** Opens a file of a release, line by line. */
type OpenLines = (file: string) => Lines;

interface Format {
  readonly system: string;
  readonly title: string;
  /** Names of the files, in the order in which they are given. */
  readonly files: readonly string[];
  read(open: OpenLines, files: readonly string[]): AsyncIterable<ReleasedConcept>;
}

/** The systems whose release files are read, by the word that names them on the command line. */
const FORMATS: Readonly<Record<string, Format>> = {
  icd10cm: {
    system: ICD10CM,
    title: 'ICD-10-CM',
    files: ['icd10cm-codes-YYYY.txt or icd10cm-order-YYYY.txt'],
    read: (open, [codes]) => readIcd10cm(open(codes as string)),
  },
  loinc: {
    system: LOINC,
    title: 'LOINC',
    files: ['Loinc.csv'],
    read: (open, [csv]) => readLoinc(open(csv as string)),
  },
  snomed: {
    system: SNOMED,
    title: 'SNOMED CT',
    files: ['sct2_Concept_Snapshot', 'sct2_Description_Snapshot', 'sct2_Relationship_Snapshot'],
    read: (open, files) => {
      const [concepts, descriptions, relationships] = files.map(open) as [Lines, Lines, Lines];
      return readSnomed({ concepts, descriptions, relationships });
    },
  },
  rxnorm: {
    system: RXNORM,
    title: 'RxNorm',
    files: ['RXNCONSO.RRF'],
    read: (open, [names]) => readRxNorm(open(names as string)),
  },
};

/** What the command line asks for. */
export interface ReleaseCommand {
  readonly facts: Omit<ReleaseFacts, 'tenant'>;
  /** Id of the project that has the licence; all may use the release when absent. */
  readonly project?: string;
  concepts(open: OpenLines): AsyncIterable<ReleasedConcept>;
}

/** What `npm run terminology` prints when it is asked nothing. */
export const RELEASE_USAGE = `Usage: npm run terminology -- SYSTEM FILE… --version 2026 [--from 2025-10-01] [--to 2026-09-30] [--project ID]

Loads a release as its publisher gives it out, plain or gzipped; the server may run meanwhile. SYSTEM and its files:
${Object.entries(FORMATS)
  .map(([name, { files }]) => `  ${name.padEnd(8)} ${files.join(', ')}`)
  .join('\n')}`;

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Reads `<system> <file…> --version V [--from day] [--to day] [--project id]`.
 * @throws Error that says what was found and what is needed.
 */
export function readReleaseCommand(argv: readonly string[]): ReleaseCommand {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      version: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string' },
      project: { type: 'string' },
    },
  });
  const [name, ...files] = positionals;
  if (name === undefined) {
    throw new Error(RELEASE_USAGE);
  }
  const format = Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
  if (!format) {
    throw new Error(`Found system "${name}", need one of ${Object.keys(FORMATS).join(', ')}`);
  }
  if (files.length !== format.files.length) {
    throw new Error(`Found ${files.length} files, need ${format.files.join(', ')}`);
  }
  const { version, from, to, project } = values;
  if (!version) {
    throw new Error('The version is missing, need --version such as 2026');
  }
  if ([from, to].some((day) => day !== undefined && !DAY.test(day))) {
    throw new Error('--from and --to need days such as 2025-10-01');
  }
  return {
    facts: {
      system: format.system,
      version,
      title: `${format.title} ${version}`,
      ...(from && { validFrom: from }),
      ...(to && { validTo: to }),
    },
    ...(project && { project }),
    concepts: (open) => format.read(open, files),
  };
}

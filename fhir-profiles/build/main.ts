import { compile } from './compile.ts';
import { isCurrent, outputFiles, writeOutput } from './output.ts';

if (isCurrent() && !process.argv.includes('--force')) {
  console.log('fhir-profiles: generated/ is current');
} else {
  const files = outputFiles(await compile());
  writeOutput(files);
  console.log(`fhir-profiles: ${files.size} files written`);
}

import { MedplumClient, normalizeErrorString } from '@medplum/core';
import type { CapabilityStatement } from '@medplum/fhirtypes';
import { conformanceResources } from '@mindbridge/fhir-profiles/conformance';
import { parseDeployArguments, usage } from './arguments.ts';
import type { ModelAccess } from './bot-bundle.ts';
import { catalogue, isBotName, loadBot } from './catalogue.ts';
import { type DeployStep, deployBot } from './deploy-bot.ts';
import { deployDefinitions } from './deploy-definitions.ts';
import { deploySeeds, readSeeds } from './deploy-seeds.ts';

/** Only our own server has a model gateway; elsewhere a bot carries the SDK. */
async function modelAccessOf(medplum: MedplumClient): Promise<ModelAccess> {
  const statement = await medplum.get<CapabilityStatement>(medplum.fhirUrl('metadata'));
  return statement.software?.name === 'MindBridge' ? 'gateway' : 'sdk';
}

/** The roles of a clinic, as bundles. */
const SEEDS = new URL('../../../seed-bundles/base/', import.meta.url);

/** Deploys the asked bots, before them what they need when no bot is named, and gives every step that was taken. */
async function deploy(args: readonly string[]): Promise<DeployStep[]> {
  const { baseUrl, clientId, clientSecret, only } = parseDeployArguments(args);
  const unknown = only.find((name) => !isBotName(name));
  if (unknown) {
    throw new Error(`There is no bot "${unknown}"; there are ${Object.keys(catalogue).join(', ')}`);
  }
  const names = Object.keys(catalogue)
    .filter(isBotName)
    .filter((name) => only.length === 0 || only.includes(name));
  const medplum = new MedplumClient({ baseUrl });
  await medplum.startClientLogin(clientId, clientSecret).catch((error: unknown) => {
    throw new Error(`${baseUrl} does not let this client in: ${reasonOf(error)}`);
  });
  const access = await modelAccessOf(medplum);
  const sources = await Promise.all(names.map((name) => loadBot(name, access)));
  const projectId = medplum.getActiveLogin()?.project.reference?.split('/')[1];
  if (!projectId) {
    throw new Error('The server named no project for this client; use a client that belongs to one');
  }
  const steps: DeployStep[] = [];
  if (only.length === 0) {
    steps.push(...(await deployDefinitions(medplum, conformanceResources())));
    steps.push(...(await deploySeeds(medplum, await readSeeds(SEEDS))));
  }
  for (const source of sources) {
    steps.push(...(await deployBot(medplum, projectId, source)));
  }
  return steps;
}

/** Why a request failed; of one that met nobody, what the network said. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return normalizeErrorString(cause instanceof Error && cause.message ? cause : error);
}

const args = process.argv.slice(2);
if (args.includes('--help')) {
  console.log(
    `Usage: ${usage}\n\nDeploys our bots and what they need to a Medplum-compatible server; without --only all of them.`,
  );
  process.exit(0);
}
try {
  const steps = await deploy(args);
  for (const { bot, what, state, reason } of steps) {
    console.log(`${bot.padEnd(12)} ${state.padEnd(10)} ${what}${reason ? ` (${reason})` : ''}`);
  }
  process.exitCode = steps.some((step) => step.state === 'refused') ? 1 : 0;
} catch (error) {
  console.error(normalizeErrorString(error));
  process.exitCode = 1;
}

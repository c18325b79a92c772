import { type Config, isBaaProvider } from '../../config/index.ts';
import { awsTranscribeMedical } from './aws-transcribe-medical.ts';
import { deepgram } from './deepgram.ts';
import type { SpeechEngine } from './speech-engine.ts';
import { speechSimulator } from './speech-simulator.ts';

const TIMEOUT_MS = 10 * 60_000;
const POLL_MS = 2000;

function deepgramOf({ baaProviders, deepgramApiKey, deepgramBaseUrl }: Config): SpeechEngine[] {
  return deepgramApiKey !== undefined && isBaaProvider(baaProviders, 'deepgram', deepgramBaseUrl)
    ? [
        deepgram({
          apiKey: deepgramApiKey,
          baseUrl: (deepgramBaseUrl ?? 'https://api.deepgram.com').replace(/\/+$/, ''),
          timeoutMs: TIMEOUT_MS,
        }),
      ]
    : [];
}

function awsOf(config: Config, clock: () => Date): SpeechEngine[] {
  const { awsTranscribeBucket, awsAccessKeyId, awsSecretAccessKey, awsSessionToken, awsEndpointUrl } = config;
  const isSetUp = awsTranscribeBucket && awsAccessKeyId && awsSecretAccessKey;
  return isSetUp && isBaaProvider(config.baaProviders, 'aws', awsEndpointUrl)
    ? [
        awsTranscribeMedical({
          credentials: {
            accessKeyId: awsAccessKeyId,
            secretAccessKey: awsSecretAccessKey,
            ...(awsSessionToken !== undefined && { sessionToken: awsSessionToken }),
          },
          region: config.awsRegion,
          bucket: awsTranscribeBucket,
          ...(awsEndpointUrl !== undefined && { endpoint: awsEndpointUrl.replace(/\/+$/, '') }),
          timeoutMs: TIMEOUT_MS,
          pollMs: POLL_MS,
          clock,
        }),
      ]
    : [];
}

/** Speech-to-text as the settings have it; the simulator stands at the end, and never in production. */
export function speechEngines(config: Config, clock: () => Date): SpeechEngine[] {
  const simulator = config.nodeEnv === 'production' ? [] : [speechSimulator()];
  return [...deepgramOf(config), ...awsOf(config, clock), ...simulator];
}

/** Providers that the setting BAA_PROVIDERS may name. */
export const PROVIDERS = ['anthropic', 'deepgram', 'aws'] as const;
/** One of them. */
export type Provider = (typeof PROVIDERS)[number];

/**
 * May a provider be sent patient data? With a business associate agreement, or when it stands on this machine.
 * @see https://www.hhs.gov/hipaa/for-professionals/covered-entities/sample-business-associate-agreement-provisions/
 */
export function isBaaProvider(
  providers: readonly string[] | undefined,
  provider: Provider,
  address: string | undefined,
): boolean {
  const host = address !== undefined && URL.canParse(address) ? new URL(address).hostname : '';
  return providers?.includes(provider) === true || /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(host);
}

/** Why a bot gave up. The host retries only what is marked retryable; the text never holds patient data. */
export class BotError extends Error {
  readonly code: string;
  readonly retryable: boolean;

  constructor(code: string, message: string, options: { readonly retryable: boolean }) {
    super(message);
    this.name = 'BotError';
    this.code = code;
    this.retryable = options.retryable;
  }
}

import { useDebouncedValue } from '@mantine/hooks';
import type { MedplumClient } from '@medplum/core';
import { useEffect, useState } from 'react';
import type { ExternalProvider } from '../../client/index.ts';

const TYPING_MS = 350;

/** The organisation's own sign-in for an e-mail address, where its domain has one. */
export function useProviderFor(medplum: MedplumClient, email: string): ExternalProvider | undefined {
  const [provider, setProvider] = useState<ExternalProvider>();
  const [address] = useDebouncedValue(email.trim(), TYPING_MS);
  const [, domain] = address.split('@');
  useEffect(() => {
    let current = true;
    setProvider(undefined);
    if (domain?.includes('.')) {
      medplum.post<{ provider?: ExternalProvider }>('auth/method', { email: `anybody@${domain}` }).then(
        (answer) => current && setProvider(answer.provider),
        () => undefined,
      );
    }
    return () => {
      current = false;
    };
  }, [medplum, domain]);
  return provider;
}

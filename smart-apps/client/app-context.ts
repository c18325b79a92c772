import type { MedplumClient } from '@medplum/core';
import type { Provider } from 'react';
import { createContext, useContext } from 'react';
import type { AppClient } from './app-client.ts';

const Context = createContext<AppClient | undefined>(undefined);

/** Puts the app's client within reach of the hooks. */
export const AppClientProvider: Provider<AppClient | undefined> = Context.Provider;

/** The app's client; throws outside an AppClientProvider. */
export function useAppClient(): AppClient {
  const client = useContext(Context);
  if (!client) {
    throw new Error('useAppClient needs an AppClientProvider above it');
  }
  return client;
}

/** The MedplumClient of the app. */
export function useMedplum(): MedplumClient {
  return useAppClient().medplum;
}

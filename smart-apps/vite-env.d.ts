/// <reference types="vite/client" />

interface ImportMetaEnv {
  /** FHIR bases besides our own that may launch the apps, separated by commas. */
  readonly VITE_TRUSTED_ISSUERS?: string;
}

import { Button } from '@mantine/core';
import type { ClientApplication } from '@medplum/fhirtypes';
import { IconExternalLink } from '@tabler/icons-react';
import type { JSX } from 'react';
import { useState } from 'react';
import type { Problem } from '../client/index.ts';
import { problemOf, useMedplum, useSearch } from '../client/index.ts';

/** Our own apps that are for some roles only; any other app is for everybody who may see it registered. */
const FOR_ROLES: Readonly<Record<string, readonly string[]>> = {
  '/apps/scribe/': ['physician'],
  '/apps/coding/': ['physician', 'billing'],
};

/** Roles of the seeds that see no risk assessment; a clinic's own roles are the server's to judge. */
const NOT_FOR_ROLES: Readonly<Record<string, readonly string[]>> = {
  '/apps/risk/': ['nurse', 'billing', 'front-desk', 'admin', 'compliance'],
};

/** The apps that a person of this role can launch, by name. */
export function launchableApps(clients: readonly ClientApplication[], role: string | undefined): ClientApplication[] {
  const fits = ({ launchUri }: ClientApplication): boolean => {
    if (!launchUri || !URL.canParse(launchUri)) {
      return false;
    }
    const { pathname } = new URL(launchUri);
    const roles = FOR_ROLES[pathname];
    const isFor = roles === undefined || (role !== undefined && roles.includes(role));
    return isFor && !NOT_FOR_ROLES[pathname]?.includes(role ?? '');
  };
  return clients.filter(fits).sort((a, b) => (a.name ?? '').localeCompare(b.name ?? ''));
}

/** One button per SMART app that the clinic has registered: an EHR launch with this patient. @see https://hl7.org/fhir/smart-app-launch/app-launch.html#launch-app-ehr-launch */
export function LaunchApps({ patientId }: { patientId: string }): JSX.Element | null {
  const medplum = useMedplum();
  const { resources } = useSearch('ClientApplication', '_count=20');
  const [problem, setProblem] = useState<Problem>();

  const launch = async (client: string | undefined): Promise<void> => {
    const tab = window.open('about:blank', '_blank');
    try {
      const { url } = await medplum.post<{ url: string }>('auth/launch', { client, patient: patientId });
      tab?.location.replace(url);
    } catch (error) {
      tab?.close();
      setProblem(problemOf(error));
    }
  };

  const apps = launchableApps(resources, medplum.getAccessPolicy()?.name);
  return apps.length === 0 ? null : (
    <>
      {apps.map((app) => (
        <Button
          key={app.id}
          variant="default"
          rightSection={<IconExternalLink size={16} aria-hidden />}
          onClick={() => void launch(app.id)}
          aria-label={`Open ${app.name ?? 'app'} for this patient in a new tab`}
        >
          {app.name ?? 'App'}
        </Button>
      ))}
      {problem ? <span role="alert">{problem.title}</span> : null}
    </>
  );
}

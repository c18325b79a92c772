import { Button } from '@mantine/core';
import type { ClientApplication, SmartAppLaunch } from '@medplum/fhirtypes';
import { IconExternalLink } from '@tabler/icons-react';
import type { JSX } from 'react';
import { useState } from 'react';
import type { Problem } from '../client/index.ts';
import { problemOf, useMedplum, useSearch } from '../client/index.ts';

/** The address that launches a SMART app with the patient in context. An app of our own origin is told its client id, because it serves many clinics. */
export function launchUrl(app: { launchUri: string; id?: string }, iss: string, launchId: string): string {
  const url = new URL(app.launchUri);
  if (url.origin === new URL(iss).origin && app.id) {
    url.searchParams.set('client_id', app.id);
  }
  url.searchParams.set('iss', iss);
  url.searchParams.set('launch', launchId);
  return url.toString();
}

function launchable(clients: readonly ClientApplication[]): (ClientApplication & { launchUri: string })[] {
  return clients.filter((client): client is ClientApplication & { launchUri: string } => Boolean(client.launchUri));
}

/** One button per SMART app that the clinic has registered: an EHR launch with this patient. */
export function LaunchApps({ patientId }: { patientId: string }): JSX.Element | null {
  const medplum = useMedplum();
  const { resources } = useSearch('ClientApplication', '_count=20');
  const [problem, setProblem] = useState<Problem>();

  const launch = async (app: { launchUri: string; id?: string }): Promise<void> => {
    const tab = window.open('about:blank', '_blank');
    try {
      const context = await medplum.createResource<SmartAppLaunch>({
        resourceType: 'SmartAppLaunch',
        patient: { reference: `Patient/${patientId}` },
      });
      const iss = medplum.fhirUrl().toString().replace(/\/$/, '');
      tab?.location.replace(launchUrl(app, iss, context.id ?? ''));
    } catch (error) {
      tab?.close();
      setProblem(problemOf(error));
    }
  };

  const apps = launchable(resources);
  return apps.length === 0 ? null : (
    <>
      {apps.map((app) => (
        <Button
          key={app.id}
          variant="default"
          rightSection={<IconExternalLink size={16} aria-hidden />}
          onClick={() => void launch(app)}
          aria-label={`Open ${app.name ?? 'app'} for this patient in a new tab`}
        >
          {app.name ?? 'App'}
        </Button>
      ))}
      {problem ? <span role="alert">{problem.title}</span> : null}
    </>
  );
}

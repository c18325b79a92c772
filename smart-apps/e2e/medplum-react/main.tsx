import '@mantine/core/styles.css';
import '@medplum/react/styles.css';
import { MantineProvider } from '@mantine/core';
import { MedplumClient } from '@medplum/core';
import type { Questionnaire, QuestionnaireResponse, Resource } from '@medplum/fhirtypes';
import { MedplumProvider, QuestionnaireForm, ResourceForm, ResourceTimeline, SearchControl } from '@medplum/react';
import type { JSX } from 'react';
import { useState } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';

/** What the test puts into the address: which component, at which server, with which token. */
const query = new URLSearchParams(window.location.search);
const medplum = new MedplumClient({ baseUrl: `${query.get('server') ?? ''}/`, cacheTime: 0 });
medplum.setAccessToken(query.get('token') ?? '');

const questionnaire: Questionnaire = {
  resourceType: 'Questionnaire',
  status: 'active',
  title: 'How was your week?',
  item: [
    { linkId: 'sleep', text: 'Did you sleep badly?', type: 'boolean' },
    {
      linkId: 'why',
      text: 'What kept you awake?',
      type: 'string',
      enableWhen: [{ question: 'sleep', operator: '=', answerBoolean: true }],
    },
  ],
};

function Written({ resource }: { resource?: Resource }): JSX.Element {
  return <output data-testid="written">{resource ? `${resource.resourceType}/${resource.id ?? ''}` : ''}</output>;
}

function Form(): JSX.Element {
  const [written, setWritten] = useState<Resource>();
  const save = (resource: Resource): void => void medplum.createResource(resource).then(setWritten);
  return (
    <>
      <ResourceForm defaultValue={{ resourceType: 'Organization' }} onSubmit={save} />
      <Written resource={written} />
    </>
  );
}

function Answers(): JSX.Element {
  const [written, setWritten] = useState<Resource>();
  const save = (response: QuestionnaireResponse): void =>
    void medplum
      .createResource({ ...response, subject: { reference: `Patient/${query.get('patient') ?? ''}` } })
      .then(setWritten);
  return (
    <>
      <QuestionnaireForm questionnaire={questionnaire} onSubmit={save} />
      <Written resource={written} />
    </>
  );
}

function Chosen(): JSX.Element {
  const patient = query.get('patient') ?? '';
  switch (query.get('component')) {
    case 'search':
      return (
        <SearchControl
          search={{
            resourceType: 'Patient',
            fields: ['name', 'birthDate'],
            count: 20,
            sortRules: [{ code: 'family' }],
          }}
        />
      );
    case 'form':
      return <Form />;
    case 'questionnaire':
      return <Answers />;
    default:
      return (
        <ResourceTimeline
          value={{ reference: `Patient/${patient}` }}
          loadTimelineResources={async (client) => [
            { status: 'fulfilled', value: await client.readHistory('Patient', patient) },
          ]}
        />
      );
  }
}

const element = document.getElementById('root');
if (element) {
  createRoot(element).render(
    <BrowserRouter>
      <MantineProvider>
        <MedplumProvider medplum={medplum}>
          <Chosen />
        </MedplumProvider>
      </MantineProvider>
    </BrowserRouter>,
  );
}

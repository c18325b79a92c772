import { openSmartApp } from '../features/smart-app/index.ts';
import { CodingApp } from './coding-app.tsx';

await openSmartApp({
  name: 'coding',
  title: 'Coding',
  scope: [
    'openid',
    'fhirUser',
    'online_access',
    'user/Patient.rs',
    'user/Practitioner.rs',
    'user/Claim.rus',
    'user/DocumentReference.rs',
    'user/Binary.rs',
    'user/DetectedIssue.rs',
    'user/Task.rus',
    'user/Encounter.rs',
    'user/Observation.rs',
    'user/Subscription.crud',
  ],
  render: (client, session) => <CodingApp client={client} session={session} />,
});

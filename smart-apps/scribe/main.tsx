import { openSmartApp } from '../features/smart-app/index.ts';
import { ScribeApp } from './scribe-app.tsx';

await openSmartApp({
  name: 'scribe',
  title: 'Scribe',
  scope: [
    'openid',
    'fhirUser',
    'online_access',
    'user/Patient.rs',
    'user/Practitioner.rs',
    'user/Encounter.rs',
    'user/Consent.crs',
    'user/DocumentReference.crus',
    'user/Binary.rs',
    'user/Composition.rus',
    'user/DetectedIssue.rus',
    'user/Task.rus',
    'user/Provenance.crs',
    'user/GuidanceResponse.rs',
    'user/Observation.rs',
    'user/Condition.rs',
    'user/AllergyIntolerance.rs',
    'user/MedicationRequest.rs',
    'user/Device.rs',
    'user/Bot.rs',
    'user/Subscription.crud',
  ],
  render: (client, session) => <ScribeApp client={client} session={session} />,
});

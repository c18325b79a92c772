import { openSmartApp } from '../features/smart-app/index.ts';
import { RiskApp } from './risk-app.tsx';

await openSmartApp({
  name: 'risk',
  title: 'Risk',
  scope: [
    'openid',
    'fhirUser',
    'online_access',
    'user/Patient.rs',
    'user/Observation.rs',
    'user/RiskAssessment.rs',
    'user/MeasureReport.rs',
    'user/Practitioner.rs',
    'user/Encounter.rs',
    'user/QuestionnaireResponse.rs',
    'user/Appointment.crus',
    'user/Task.crus',
    'user/Communication.crs',
    'user/Subscription.crud',
    'user/Bot.rs',
    'user/Basic.rs',
  ],
  render: (client, { patient }) => <RiskApp client={client} patient={patient} />,
});

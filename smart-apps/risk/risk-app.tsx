import type { JSX } from 'react';
import { BrowserRouter, Navigate, Route, Routes, useParams } from 'react-router';
import type { AppClient } from '../client/index.ts';
import { AppClientProvider } from '../client/index.ts';
import { PatientRiskPage } from '../features/patient-risk/index.ts';
import { Dashboard } from '../features/population/index.ts';
import { SessionGuard } from '../features/session/index.ts';
import { AppFrame } from '../features/smart-app/index.ts';

function patientPath(id: string, action?: string): string {
  return `/patients/${id}${action ? `?do=${action}` : ''}`;
}

function PatientRoute(): JSX.Element {
  const { id = '' } = useParams();
  return <PatientRiskPage patientId={id} />;
}

/** The risk app: one patient when the launch had one in context, the population otherwise. */
export function RiskApp({ client, patient }: { client: AppClient; patient?: string }): JSX.Element {
  return (
    <AppClientProvider value={client}>
      <BrowserRouter basename="/apps/risk" useTransitions={false}>
        <SessionGuard>
          <AppFrame title="Risk">
            <Routes>
              <Route
                index
                element={patient ? <Navigate to={patientPath(patient)} replace /> : <Dashboard path={patientPath} />}
              />
              <Route path="patients/:id" element={<PatientRoute />} />
              <Route path="*" element={<Navigate to="/" replace />} />
            </Routes>
          </AppFrame>
        </SessionGuard>
      </BrowserRouter>
    </AppClientProvider>
  );
}

import type { JSX } from 'react';
import { lazy, Suspense } from 'react';
import { BrowserRouter, Link, Navigate, Route, Routes } from 'react-router';
import type { AppClient } from '../client/index.ts';
import { AppClientProvider } from '../client/index.ts';
import { Dashboard } from '../features/population/index.ts';
import { SessionGuard } from '../features/session/index.ts';
import { StepUp } from '../features/step-up/index.ts';
import { Card, EmptyState, ListSkeleton } from '../ui/index.ts';
import { PatientPage } from './patient-page.tsx';
import { PatientsPage } from './patients-page.tsx';
import { runsTheClinic } from './places.ts';
import { Shell } from './shell.tsx';

const AutomationPage = lazy(async () => ({
  default: (await import('../features/automation/index.ts')).AutomationPage,
}));
const AuditPage = lazy(async () => ({ default: (await import('../features/audit/index.ts')).AuditPage }));

function patientPath(id: string, action?: string): string {
  return `/patients/${id}${action ? `?do=${action}` : ''}`;
}

/** The staff workspace: its screens by address. */
export function WorkspaceApp({ client }: { client: AppClient }): JSX.Element {
  const role = client.medplum.getAccessPolicy()?.name;
  const start = runsTheClinic(role) ? <Navigate to="/automation" replace /> : <Dashboard path={patientPath} />;
  return (
    <AppClientProvider value={client}>
      <BrowserRouter basename="/apps/workspace" useTransitions={false}>
        <StepUp>
          <Shell>
            <Suspense fallback={<ListSkeleton label="The page is loading" />}>
              <Routes>
                <Route index element={start} />
                <Route path="patients" element={<PatientsPage path={patientPath} />} />
                <Route path="patients/:id" element={<PatientPage />} />
                <Route path="automation" element={<AutomationPage />} />
                <Route path="audit" element={<AuditPage />} />
                <Route
                  path="*"
                  element={
                    <Card>
                      <EmptyState title="There is nothing at this address" action={<Link to="/">Go to today</Link>} />
                    </Card>
                  }
                />
              </Routes>
            </Suspense>
          </Shell>
        </StepUp>
        <SessionGuard />
      </BrowserRouter>
    </AppClientProvider>
  );
}

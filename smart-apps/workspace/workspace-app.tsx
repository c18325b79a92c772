import type { JSX } from 'react';
import { BrowserRouter, Link, Route, Routes } from 'react-router';
import type { AppClient } from '../client/index.ts';
import { AppClientProvider } from '../client/index.ts';
import { Dashboard } from '../features/population/index.ts';
import { SessionGuard } from '../features/session/index.ts';
import { Card, EmptyState } from '../ui/index.ts';
import { PatientPage } from './patient-page.tsx';
import { PatientsPage } from './patients-page.tsx';
import { Shell } from './shell.tsx';

function patientPath(id: string, action?: string): string {
  return `/patients/${id}${action ? `?do=${action}` : ''}`;
}

/** The staff workspace: its screens by address. */
export function WorkspaceApp({ client }: { client: AppClient }): JSX.Element {
  return (
    <AppClientProvider value={client}>
      <BrowserRouter basename="/apps/workspace" useTransitions={false}>
        <Shell>
          <Routes>
            <Route index element={<Dashboard path={patientPath} />} />
            <Route path="patients" element={<PatientsPage path={patientPath} />} />
            <Route path="patients/:id" element={<PatientPage />} />
            <Route
              path="*"
              element={
                <Card>
                  <EmptyState title="There is nothing at this address" action={<Link to="/">Go to today</Link>} />
                </Card>
              }
            />
          </Routes>
        </Shell>
        <SessionGuard />
      </BrowserRouter>
    </AppClientProvider>
  );
}

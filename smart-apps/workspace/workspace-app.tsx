import { Group } from '@mantine/core';
import { IconLock, IconMapQuestion } from '@tabler/icons-react';
import type { JSX, ReactNode } from 'react';
import { lazy, Suspense } from 'react';
import { BrowserRouter, Link, Navigate, Route, Routes, useLocation, useParams } from 'react-router';
import type { AppClient } from '../client/index.ts';
import { AppClientProvider, useMedplum, useResource } from '../client/index.ts';
import { Dashboard } from '../features/population/index.ts';
import { SessionGuard } from '../features/session/index.ts';
import { StepUp } from '../features/step-up/index.ts';
import { BackLink, Card, EmptyState, ListSkeleton } from '../ui/index.ts';
import { LaunchApps } from './launch-app.tsx';
import { PatientPage } from './patient-page.tsx';
import { PatientsPage } from './patients-page.tsx';
import { beginsWithPatients, isForOthers, placesFor } from './places.ts';
import classes from './shell.module.css';
import { Shell } from './shell.tsx';

const pages = {
  claims: () => import('../features/coding/index.ts'),
  desk: () => import('../features/front-desk/index.ts'),
};
const ClaimsToBill = lazy(async () => ({ default: (await pages.claims()).ClaimsToBill }));
const CodingScreen = lazy(async () => ({ default: (await pages.claims()).CodingScreen }));
const AppointmentsToday = lazy(async () => ({ default: (await pages.desk()).AppointmentsToday }));
const PatientDirectory = lazy(async () => ({ default: (await pages.desk()).PatientDirectory }));
const ThresholdsPage = lazy(async () => ({
  default: (await import('../features/thresholds/index.ts')).ThresholdsPage,
}));
const OwnRecordPage = lazy(async () => ({ default: (await import('../features/own-record/index.ts')).OwnRecordPage }));
const ApprovalsPage = lazy(async () => ({ default: (await import('../features/approvals/index.ts')).ApprovalsPage }));
const AcceptancePage = lazy(async () => ({
  default: (await import('../features/acceptance/index.ts')).AcceptancePage,
}));
const AutomationPage = lazy(async () => ({
  default: (await import('../features/automation/index.ts')).AutomationPage,
}));
const AccessPage = lazy(async () => ({ default: (await import('../features/access/index.ts')).AccessPage }));
const PromptsPage = lazy(async () => ({ default: (await import('../features/prompts/index.ts')).PromptsPage }));
const BrandingPage = lazy(async () => ({ default: (await import('../features/branding/index.ts')).BrandingPage }));
const AuditPage = lazy(async () => ({ default: (await import('../features/audit/index.ts')).AuditPage }));

function patientPath(id: string, action?: string): string {
  return `/patients/${id}${action ? `?do=${action}` : ''}`;
}

function claimPath(claim: string): string {
  return `/claims/${claim}`;
}

function ClaimRoute(): JSX.Element {
  const { id = '' } = useParams();
  const patient = useResource('Claim', id).resource?.patient?.reference?.split('/')[1];
  return (
    <>
      <div className={classes.patientTop}>
        <BackLink to="/claims">All claims</BackLink>
        <Group gap="xs">{patient ? <LaunchApps patientId={patient} /> : null}</Group>
      </div>
      <CodingScreen key={id} claim={id} />
    </>
  );
}

function DeadEnd({ title, icon }: { title: string; icon: ReactNode }): JSX.Element {
  return (
    <Card>
      <EmptyState page title={title} icon={icon} action={<Link to="/">Go to the beginning</Link>} />
    </Card>
  );
}

/** The page at this address, unless it is a place of other roles. */
function Open({ children }: { children: ReactNode }): ReactNode {
  const { pathname } = useLocation();
  return isForOthers(pathname, useMedplum().getAccessPolicy()?.name) ? (
    <DeadEnd title="Your role does not include this" icon={<IconLock size={26} aria-hidden />} />
  ) : (
    children
  );
}

/** The staff workspace: its screens by address. */
export function WorkspaceApp({ client }: { client: AppClient }): JSX.Element {
  const role = client.medplum.getAccessPolicy()?.name;
  const [first] = placesFor(role);
  const start = beginsWithPatients(role) ? (
    <Dashboard path={patientPath} />
  ) : (
    <Navigate to={first?.to ?? '/'} replace />
  );
  return (
    <AppClientProvider value={client}>
      <BrowserRouter basename="/apps/workspace" useTransitions={false}>
        <SessionGuard>
          <StepUp>
            <Shell>
              <Suspense fallback={<ListSkeleton label="The page is loading" />}>
                <Open>
                  <Routes>
                    <Route index element={start} />
                    <Route path="patients" element={<PatientsPage path={patientPath} />} />
                    <Route path="patients/:id" element={<PatientPage />} />
                    <Route path="alerts" element={<ThresholdsPage />} />
                    <Route path="approvals" element={<ApprovalsPage />} />
                    <Route path="quality" element={<AcceptancePage />} />
                    <Route path="claims" element={<ClaimsToBill path={claimPath} />} />
                    <Route path="claims/:id" element={<ClaimRoute />} />
                    <Route path="appointments" element={<AppointmentsToday />} />
                    <Route path="directory" element={<PatientDirectory />} />
                    <Route path="record" element={<OwnRecordPage />} />
                    <Route path="automation" element={<AutomationPage />} />
                    <Route path="audit" element={<AuditPage />} />
                    <Route path="access" element={<AccessPage />} />
                    <Route path="prompts" element={<PromptsPage />} />
                    <Route path="look" element={<BrandingPage />} />
                    <Route
                      path="*"
                      element={
                        <DeadEnd
                          title="There is nothing at this address"
                          icon={<IconMapQuestion size={26} aria-hidden />}
                        />
                      }
                    />
                  </Routes>
                </Open>
              </Suspense>
            </Shell>
          </StepUp>
        </SessionGuard>
      </BrowserRouter>
    </AppClientProvider>
  );
}

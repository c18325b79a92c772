import type { JSX } from 'react';
import { BrowserRouter, Navigate, Route, Routes, useParams } from 'react-router';
import type { AppClient } from '../client/index.ts';
import { AppClientProvider, useLiveStatus, useMe } from '../client/index.ts';
import { PatientRiskPage } from '../features/patient-risk/index.ts';
import { Dashboard } from '../features/population/index.ts';
import { SessionGuard } from '../features/session/index.ts';
import { Brand, ColorSchemeToggle, ConnectionBanner, LiveBadge } from '../ui/index.ts';
import classes from './risk.module.css';

function patientPath(id: string, action?: string): string {
  return `/patients/${id}${action ? `?do=${action}` : ''}`;
}

function Frame({ children }: { children: JSX.Element }): JSX.Element {
  const live = useLiveStatus();
  const me = useMe();
  return (
    <div className={classes.page}>
      <a className="mb-skip" href="#main">
        Skip to the page
      </a>
      <header className={classes.header}>
        <Brand clinic={['Risk', me.clinic].filter(Boolean).join(' · ')} />
        <div className={classes.tools}>
          <LiveBadge status={live} />
          <ColorSchemeToggle />
        </div>
      </header>
      <ConnectionBanner status={live} />
      <main id="main" tabIndex={-1} className={classes.main}>
        {children}
      </main>
    </div>
  );
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
        <Frame>
          <Routes>
            <Route
              index
              element={patient ? <Navigate to={patientPath(patient)} replace /> : <Dashboard path={patientPath} />}
            />
            <Route path="patients/:id" element={<PatientRoute />} />
            <Route path="*" element={<Navigate to="/" replace />} />
          </Routes>
        </Frame>
        <SessionGuard />
      </BrowserRouter>
    </AppClientProvider>
  );
}

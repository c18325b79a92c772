import type { JSX } from 'react';
import { BrowserRouter, Navigate, Route, Routes, useParams } from 'react-router';
import type { AppClient } from '../client/index.ts';
import { AppClientProvider } from '../client/index.ts';
import { ScribeHome, VisitScreen } from '../features/scribe/index.ts';
import { SessionGuard } from '../features/session/index.ts';
import type { LaunchSession } from '../features/smart-app/index.ts';
import { AppFrame } from '../features/smart-app/index.ts';
import { StepUp } from '../features/step-up/index.ts';
import { BackLink } from '../ui/index.ts';

function visitPath(encounter: string): string {
  return `/visits/${encounter}`;
}

function VisitRoute(): JSX.Element {
  const { id = '' } = useParams();
  return (
    <>
      <BackLink to="/notes">All visits</BackLink>
      <VisitScreen key={id} encounter={id} />
    </>
  );
}

/** The scribe: the visit in context, else the patient's visits, else what waits for a signature. */
export function ScribeApp({ client, session }: { client: AppClient; session: LaunchSession }): JSX.Element {
  const { patient, encounter } = session;
  return (
    <AppClientProvider value={client}>
      <BrowserRouter basename="/apps/scribe" useTransitions={false}>
        <SessionGuard>
          <StepUp>
            <AppFrame title="Scribe">
              <Routes>
                <Route
                  index
                  element={
                    encounter ? (
                      <Navigate to={visitPath(encounter)} replace />
                    ) : (
                      <ScribeHome patient={patient} path={visitPath} />
                    )
                  }
                />
                <Route path="notes" element={<ScribeHome patient={patient} path={visitPath} />} />
                <Route path="visits/:id" element={<VisitRoute />} />
                <Route path="*" element={<Navigate to="/" replace />} />
              </Routes>
            </AppFrame>
          </StepUp>
        </SessionGuard>
      </BrowserRouter>
    </AppClientProvider>
  );
}

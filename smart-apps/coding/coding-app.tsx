import type { JSX } from 'react';
import { BrowserRouter, Navigate, Route, Routes, useParams } from 'react-router';
import type { AppClient } from '../client/index.ts';
import { AppClientProvider } from '../client/index.ts';
import { CodingHome, CodingScreen } from '../features/coding/index.ts';
import { SessionGuard } from '../features/session/index.ts';
import type { LaunchSession } from '../features/smart-app/index.ts';
import { AppFrame } from '../features/smart-app/index.ts';
import { StepUp } from '../features/step-up/index.ts';
import { BackLink } from '../ui/index.ts';

function claimPath(claim: string): string {
  return `/claims/${claim}`;
}

function ClaimRoute(): JSX.Element {
  const { id = '' } = useParams();
  return (
    <>
      <BackLink to="/">All codes</BackLink>
      <CodingScreen key={id} claim={id} />
    </>
  );
}

/** Coding: the draft claims of the patient in context, and those that wait for the person. */
export function CodingApp({ client, session }: { client: AppClient; session: LaunchSession }): JSX.Element {
  return (
    <AppClientProvider value={client}>
      <BrowserRouter basename="/apps/coding" useTransitions={false}>
        <SessionGuard>
          <StepUp>
            <AppFrame title="Coding">
              <Routes>
                <Route index element={<CodingHome patient={session.patient} path={claimPath} />} />
                <Route path="claims/:id" element={<ClaimRoute />} />
                <Route path="*" element={<Navigate to="/" replace />} />
              </Routes>
            </AppFrame>
          </StepUp>
        </SessionGuard>
      </BrowserRouter>
    </AppClientProvider>
  );
}

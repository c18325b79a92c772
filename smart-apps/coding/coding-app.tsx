import { Anchor } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import type { JSX } from 'react';
import { BrowserRouter, Link, Navigate, Route, Routes, useParams } from 'react-router';
import type { AppClient } from '../client/index.ts';
import { AppClientProvider } from '../client/index.ts';
import { CodingHome, CodingScreen } from '../features/coding/index.ts';
import { SessionGuard } from '../features/session/index.ts';
import type { LaunchSession } from '../features/smart-app/index.ts';
import { AppFrame } from '../features/smart-app/index.ts';
import { StepUp } from '../features/step-up/index.ts';

function claimPath(claim: string): string {
  return `/claims/${claim}`;
}

function ClaimRoute(): JSX.Element {
  const { id = '' } = useParams();
  return (
    <>
      <Anchor
        component={Link}
        to="/"
        size="sm"
        fw={600}
        style={{ display: 'inline-flex', alignItems: 'center', gap: 4, marginBottom: 10 }}
      >
        <IconArrowLeft size={16} aria-hidden /> All codes
      </Anchor>
      <CodingScreen key={id} claim={id} />
    </>
  );
}

/** Coding: the draft claims of the patient in context, and those that wait for the person. */
export function CodingApp({ client, session }: { client: AppClient; session: LaunchSession }): JSX.Element {
  return (
    <AppClientProvider value={client}>
      <BrowserRouter basename="/apps/coding" useTransitions={false}>
        <StepUp>
          <AppFrame title="Coding">
            <Routes>
              <Route index element={<CodingHome patient={session.patient} path={claimPath} />} />
              <Route path="claims/:id" element={<ClaimRoute />} />
              <Route path="*" element={<Navigate to="/" replace />} />
            </Routes>
          </AppFrame>
        </StepUp>
        <SessionGuard />
      </BrowserRouter>
    </AppClientProvider>
  );
}

import { ClientStorage, MedplumClient } from '@medplum/core';
import { fetchBranding, keepClinicTime, WORKSPACE_STORAGE } from '../client/index.ts';
import { mount } from '../ui/index.ts';
import { loginPurpose } from './auth-request.ts';
import { LoginPage } from './login-page.tsx';
import { loginPlace } from './mailed-link.ts';

const query = new URLSearchParams(window.location.search);
const place = loginPlace(window.location.pathname);

function signInClient(): MedplumClient {
  return new MedplumClient({
    baseUrl: `${window.location.origin}/`,
    storage: new ClientStorage(undefined, WORKSPACE_STORAGE),
  });
}

async function open(): Promise<void> {
  if (place.page === 'account') {
    await (await import('./account/open-account.tsx')).openAccount();
    return;
  }
  const props = { medplum: signInClient(), branding: await fetchBranding(query, window.fetch.bind(window)) };
  keepClinicTime(props.branding.timeZone);
  if (place.page === 'sign-in') {
    mount(<LoginPage {...props} purpose={loginPurpose(query, window.location.origin)} />);
    return;
  }
  const { ResetPage, SetPasswordPage, VerifyEmailPage } = await import('./password-pages.tsx');
  if (place.page === 'reset') {
    mount(<ResetPage {...props} />);
    return;
  }
  // The secret of the link goes out of the address, and so out of the browser's history.
  window.history.replaceState(null, '', `/apps/login/${place.page}`);
  const Page = place.page === 'setpassword' ? SetPasswordPage : VerifyEmailPage;
  mount(<Page {...props} link={place.link} />);
}

await open();

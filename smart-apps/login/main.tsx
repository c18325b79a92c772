import { ClientStorage, MedplumClient } from '@medplum/core';
import { WORKSPACE_STORAGE } from '../client/index.ts';
import { mount } from '../ui/index.ts';
import { loginPurpose } from './auth-request.ts';
import { LoginPage } from './login-page.tsx';

const medplum = new MedplumClient({
  baseUrl: `${window.location.origin}/`,
  storage: new ClientStorage(undefined, WORKSPACE_STORAGE),
});
const purpose = loginPurpose(new URLSearchParams(window.location.search), window.location.origin);

mount(<LoginPage medplum={medplum} purpose={purpose} />);

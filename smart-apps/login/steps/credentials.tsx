import { Anchor, Button, Divider, PasswordInput, Stack, TextInput } from '@mantine/core';
import type { MedplumClient } from '@medplum/core';
import { IconBuilding, IconFingerprint } from '@tabler/icons-react';
import type { JSX } from 'react';
import { useEffect, useState } from 'react';
import type { ExternalProvider } from '../../client/index.ts';
import { passkeysSupported } from '../../client/index.ts';
import type { DemoAccount } from '../demo-accounts.ts';
import type { SignIn } from '../use-sign-in.ts';
import { useProviderFor } from './use-provider-for.ts';

function OtherWays({ signIn, providers }: { signIn: SignIn; providers: readonly ExternalProvider[] }): JSX.Element {
  return (
    <>
      <Divider label="or" labelPosition="center" />
      {passkeysSupported() ? (
        <Button
          variant="default"
          size="md"
          leftSection={<IconFingerprint size={19} aria-hidden />}
          onClick={signIn.passkey}
          disabled={signIn.busy}
        >
          Use a passkey
        </Button>
      ) : null}
      {providers.map((provider) => (
        <Button
          key={provider.id}
          variant="default"
          size="md"
          leftSection={<IconBuilding size={19} aria-hidden />}
          onClick={() => signIn.external(provider.id)}
          disabled={signIn.busy}
        >
          Continue with {provider.name}
        </Button>
      ))}
    </>
  );
}

/** E-mail and password, and the other ways in that there are. */
export function Credentials(props: {
  medplum: MedplumClient;
  signIn: SignIn;
  account?: DemoAccount;
  providers: readonly ExternalProvider[];
}): JSX.Element {
  const { signIn, account, providers } = props;
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const own = useProviderFor(props.medplum, email);
  const offered = own ? [own, ...providers.filter(({ id }) => id !== own.id)] : providers;
  useEffect(() => {
    if (account) {
      setEmail(account.email);
      setPassword(account.password);
    }
  }, [account]);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        signIn.submit(email.trim(), password);
      }}
    >
      <Stack gap={16} mt={22}>
        <TextInput
          label="E-mail"
          name="email"
          type="email"
          autoComplete="username"
          required
          withAsterisk={false}
          size="md"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          error={signIn.fields.get('email')}
        />
        <PasswordInput
          label="Password"
          name="password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          size="md"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          error={signIn.fields.get('password')}
        />
        <Button type="submit" size="md" loading={signIn.busy} fullWidth>
          Sign in
        </Button>
        <Anchor href="/apps/login/reset" size="sm" ta="center" py={3}>
          Forgot your password?
        </Anchor>
        {passkeysSupported() || offered.length > 0 ? <OtherWays signIn={signIn} providers={offered} /> : null}
      </Stack>
    </form>
  );
}

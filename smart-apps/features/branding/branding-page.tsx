import { Anchor, Button, ColorInput, FileInput, Group, Text, TextInput } from '@mantine/core';
import { IconDeviceFloppy, IconPhoto } from '@tabler/icons-react';
import type { JSX } from 'react';
import { ActionBar, BrandMark, Card, Notice, Page, TextSkeleton } from '../../ui/index.ts';
import classes from './branding.module.css';
import type { LookForm } from './use-look.ts';
import { useLook } from './use-look.ts';

const SWATCHES = ['#136a73', '#1d4e89', '#4b3f8f', '#7a2e5d', '#8f2410', '#2f6b3a', '#3c4b54'];

function Fields({ form }: { form: LookForm }): JSX.Element {
  const { look, problems } = form;
  return (
    <Card title="Name, logo and colours">
      <div className={classes.fields}>
        <TextInput
          label="Name that people see"
          description={`“${form.clinic}” when empty`}
          value={look.name}
          error={problems.get('name')}
          onChange={(event) => form.change({ name: event.currentTarget.value })}
        />
        <div className={classes.logo}>
          <FileInput
            label="Logo"
            description="PNG, SVG, WebP or JPEG; it is made small and kept within the pages"
            placeholder={look.logo ? 'Choose another' : 'Choose a picture'}
            accept="image/png,image/svg+xml,image/webp,image/jpeg"
            leftSection={<IconPhoto size={16} aria-hidden />}
            error={problems.get('logo')}
            value={null}
            onChange={(file) => void form.chooseLogo(file)}
            style={{ flex: 1 }}
          />
          {look.logo ? (
            <Button variant="default" onClick={() => form.change({ logo: '' })}>
              Take it away
            </Button>
          ) : null}
        </div>
        <ColorInput
          label="Main colour"
          description="The line above every page, and the sign-in page"
          placeholder="#136a73"
          swatches={SWATCHES}
          withEyeDropper={false}
          withPicker={false}
          value={look.primaryColor}
          error={problems.get('primaryColor')}
          onChange={(primaryColor) => form.change({ primaryColor })}
        />
        <ColorInput
          label="Second colour"
          description="Where the sign-in page fades to"
          placeholder="#06222b"
          swatches={SWATCHES}
          withEyeDropper={false}
          withPicker={false}
          value={look.backgroundColor}
          error={problems.get('backgroundColor')}
          onChange={(backgroundColor) => form.change({ backgroundColor })}
        />
      </div>
    </Card>
  );
}

function Preview({ form }: { form: LookForm }): JSX.Element {
  const { look, problems } = form;
  const mix = (color: string, fallback: string): string =>
    color === '' ? fallback : `color-mix(in srgb, ${color} 62%, #06222b)`;
  const [first, second] = [
    problems.has('primaryColor') ? '' : look.primaryColor,
    problems.has('backgroundColor') ? '' : look.backgroundColor,
  ];
  const address = `${window.location.origin}/apps/login/?project=${form.project}`;
  return (
    <Card title="How the sign-in page will look">
      <div
        className={classes.preview}
        data-testid="look-preview"
        style={{ background: `linear-gradient(155deg, ${mix(first, '#0d4b53')}, ${mix(second, '#06222b')})` }}
      >
        <span>
          {look.logo.startsWith('data:image/') ? <img src={look.logo} alt="" height={34} /> : <BrandMark size={34} />}
          {look.name.trim() || form.clinic}
        </span>
        <p>Know who needs you today, and why.</p>
      </div>
      <Text size="sm" c="dimmed" mt={10}>
        Give your staff this address to sign in under the clinic’s own look:{' '}
        <Anchor href={address} fz="inherit" underline="always">
          {address}
        </Anchor>
      </Text>
    </Card>
  );
}

/** The clinic's own look: name, logo and colours, with what it will look like. */
export function BrandingPage(): JSX.Element {
  const form = useLook();
  return (
    <Page width="list" title="Look of the clinic" lead="What staff, patients and connected apps see of you.">
      {form.ready ? (
        <>
          <Fields form={form} />
          <Preview form={form} />
          <ActionBar>
            {form.refusals.map((refusal) => (
              <Notice key={refusal} kind="error" title="It was not changed.">
                {refusal}
              </Notice>
            ))}
            <Group justify="space-between">
              <Text size="sm" c="dimmed" role="status">
                {form.changed ? 'Not saved yet' : 'Saved'}
              </Text>
              <Group gap={8}>
                {form.changed ? (
                  <Button variant="default" onClick={form.reset}>
                    Undo
                  </Button>
                ) : null}
                <Button
                  leftSection={<IconDeviceFloppy size={18} aria-hidden />}
                  disabled={!form.changed || form.problems.size > 0}
                  loading={form.saving}
                  onClick={() => void form.save()}
                >
                  Save the look
                </Button>
              </Group>
            </Group>
          </ActionBar>
        </>
      ) : (
        <Card>
          <TextSkeleton lines={6} label="Loading the look" />
        </Card>
      )}
    </Page>
  );
}

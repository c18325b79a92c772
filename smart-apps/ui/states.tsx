import { Button, Group, Skeleton, Stack, Text, ThemeIcon } from '@mantine/core';
import { IconCircleCheck, IconCloudOff, IconLock, IconRefresh, IconZoomExclamation } from '@tabler/icons-react';
import type { JSX, ReactNode } from 'react';
import type { Problem, ProblemKind } from '../client/index.ts';

/** Grey lines in the shape of a list while it loads. */
export function ListSkeleton({ rows = 6, label }: { rows?: number; label: string }): JSX.Element {
  return (
    <div role="status" aria-label={label}>
      <Stack gap={14} p="md">
        {Array.from({ length: rows }, (_, row) => row).map((row) => (
          <Group key={row} wrap="nowrap" gap="md">
            <Skeleton height={26} width={84} radius="xl" />
            <Skeleton height={16} width={`${46 - (row % 3) * 8}%`} />
            <Skeleton height={16} width="18%" ml="auto" visibleFrom="sm" />
          </Group>
        ))}
      </Stack>
    </div>
  );
}

/** Grey lines in the shape of a text. */
export function TextSkeleton({ lines = 4, label }: { lines?: number; label: string }): JSX.Element {
  return (
    <div role="status" aria-label={label}>
      <Stack gap={10}>
        {Array.from({ length: lines }, (_, line) => line).map((line) => (
          <Skeleton key={line} height={14} width={`${96 - (line % 4) * 14}%`} />
        ))}
      </Stack>
    </div>
  );
}

interface Words {
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
  /** It is all there is on the page: the title is its heading. */
  readonly page?: boolean;
}

function Message(props: Words & { icon: ReactNode }): JSX.Element {
  return (
    <Stack align="center" gap={8} py={36} px="md" ta="center">
      <ThemeIcon size={48} radius="xl" variant="light" color="gray" aria-hidden>
        {props.icon}
      </ThemeIcon>
      <Text fw={650} {...(props.page && { component: 'h1' as const, fz: 'md' })}>
        {props.title}
      </Text>
      <Text size="sm" c="dimmed" maw={420}>
        {props.children}
      </Text>
      {props.action}
    </Stack>
  );
}

/** Nothing to show, and why that is fine. */
export function EmptyState(props: Words & { icon?: ReactNode }): JSX.Element {
  return <Message {...props} icon={props.icon ?? <IconCircleCheck size={26} />} />;
}

const ICON: Readonly<Partial<Record<ProblemKind, typeof IconLock>>> = {
  forbidden: IconLock,
  'signed-out': IconLock,
  'not-found': IconZoomExclamation,
};

/** What did not work, in words, with a way to try again where that may help. */
export function ErrorState({ problem, onRetry }: { problem: Problem; onRetry?: () => void }): JSX.Element {
  const Icon = ICON[problem.kind] ?? IconCloudOff;
  const retry = onRetry && problem.kind !== 'forbidden' && problem.kind !== 'not-found';
  return (
    <div role="alert">
      <Message
        icon={<Icon size={26} />}
        title={problem.title}
        action={
          retry ? (
            <Button variant="light" leftSection={<IconRefresh size={16} />} onClick={onRetry} mt={4}>
              Try again
            </Button>
          ) : undefined
        }
      >
        {problem.detail}
      </Message>
    </div>
  );
}

import { IconCircleCheck, IconPhoneOff, IconProgress } from '@tabler/icons-react';
import type { JSX } from 'react';
import type { WorkStatus } from '../client/index.ts';
import { shortWorkStatus } from '../client/index.ts';

const ICON = { uncontacted: IconPhoneOff, 'in-process': IconProgress, resolved: IconCircleCheck } as const;

/** Where the work on a patient stands, as an icon with words. */
export function WorkStatusTag({ status }: { status: WorkStatus }): JSX.Element {
  if (status === 'none') {
    return (
      <span style={{ color: 'var(--mb-soft)' }}>
        <span aria-hidden="true">–</span>
        <span className="mb-hidden">No outreach open</span>
      </span>
    );
  }
  const Icon = ICON[status];
  return (
    <span
      style={{ display: 'inline-flex', alignItems: 'center', gap: 6, fontWeight: status === 'uncontacted' ? 600 : 500 }}
    >
      <Icon size={16} aria-hidden />
      {shortWorkStatus(status)}
    </span>
  );
}

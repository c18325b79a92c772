import { IconHeartbeat, IconHistory, IconRobot, IconUsers } from '@tabler/icons-react';

/** A place of the workspace. */
export interface Place {
  readonly to: string;
  readonly label: string;
  readonly icon: typeof IconUsers;
  readonly end: boolean;
}

const CARE: readonly Place[] = [
  { to: '/', label: 'Today', icon: IconHeartbeat, end: true },
  { to: '/patients', label: 'Patients', icon: IconUsers, end: false },
];

const ADMINISTRATION: readonly Place[] = [
  { to: '/automation', label: 'Automation', icon: IconRobot, end: false },
  { to: '/audit', label: 'Audit', icon: IconHistory, end: false },
];

/** True for a role that runs the clinic's system and sees no patients. */
export function runsTheClinic(role: string | undefined): boolean {
  return role === 'admin';
}

/** True for a role that may open a chart in an emergency. */
export function mayBreakGlass(role: string | undefined): boolean {
  return role === 'physician' || role === 'nurse';
}

/** The places that a role has something to do in; what it may see there, the server decides. */
export function placesFor(role: string | undefined): readonly Place[] {
  return runsTheClinic(role) ? ADMINISTRATION : CARE;
}

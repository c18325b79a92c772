import {
  IconAdjustments,
  IconCalendar,
  IconChecklist,
  IconEye,
  IconFileInvoice,
  IconHeartbeat,
  IconHistory,
  IconKey,
  IconMessageCog,
  IconPalette,
  IconRobot,
  IconUsers,
  IconUsersPlus,
} from '@tabler/icons-react';

/** A place of the workspace; the first of a role is where it begins. */
export interface Place {
  readonly to: string;
  readonly label: string;
  readonly icon: typeof IconUsers;
  readonly end: boolean;
}

const TODAY: Place = { to: '/', label: 'Today', icon: IconHeartbeat, end: true };
const PATIENTS: Place = { to: '/patients', label: 'Patients', icon: IconUsers, end: false };
const ALERTS: Place = { to: '/alerts', label: 'Risk alerts', icon: IconAdjustments, end: false };
const CLAIMS: Place = { to: '/claims', label: 'Claims', icon: IconFileInvoice, end: false };
const APPOINTMENTS: Place = { to: '/appointments', label: 'Appointments', icon: IconCalendar, end: false };
const DIRECTORY: Place = { to: '/directory', label: 'Patients', icon: IconUsers, end: false };
const AUTOMATION: Place = { to: '/automation', label: 'Automation', icon: IconRobot, end: false };
const AUDIT: Place = { to: '/audit', label: 'Audit', icon: IconHistory, end: false };
const APPROVALS: Place = { to: '/approvals', label: 'Approvals', icon: IconUsersPlus, end: false };
const ACCESS: Place = { to: '/access', label: 'Access', icon: IconKey, end: false };
const PROMPTS: Place = { to: '/prompts', label: 'Prompts', icon: IconMessageCog, end: false };
const LOOK: Place = { to: '/look', label: 'Look', icon: IconPalette, end: false };
const QUALITY: Place = { to: '/quality', label: 'AI quality', icon: IconChecklist, end: false };
const OWN: Place = { to: '/record', label: 'Your record', icon: IconEye, end: false };

const CARE: readonly Place[] = [TODAY, PATIENTS];

/** The places of each role; any other role of a clinic's own making sees patients. */
const PLACES: Readonly<Record<string, readonly Place[]>> = {
  supervisor: [TODAY, PATIENTS, ALERTS, QUALITY],
  billing: [CLAIMS],
  'front-desk': [APPOINTMENTS, DIRECTORY],
  admin: [AUTOMATION, PROMPTS, APPROVALS, ACCESS, AUDIT, LOOK],
  compliance: [AUDIT, ACCESS],
  patient: [OWN],
  proxy: [OWN],
};

/** The places that a role has something to do in; what it may see there, the server decides. */
export function placesFor(role: string | undefined): readonly Place[] {
  return PLACES[role ?? ''] ?? CARE;
}

/** Every place that some role has. */
const ALL: ReadonlySet<string> = new Set([...Object.values(PLACES).flat(), ...CARE].map(({ to }) => to));

/** The place that an address belongs to. */
export function placeAt(pathname: string, role: string | undefined): Place | undefined {
  return placesFor(role).find(({ to }) => to === `/${pathname.split('/')[1] ?? ''}`);
}

/** True for an address of a place that other roles have and this one has not, however it was come by. */
export function isForOthers(pathname: string, role: string | undefined): boolean {
  const place = `/${pathname.split('/')[1] ?? ''}`;
  return place !== '/' && ALL.has(place) && !placesFor(role).some(({ to }) => to === place);
}

/** True for a role that begins with its patients. */
export function beginsWithPatients(role: string | undefined): boolean {
  return placesFor(role)[0] === TODAY;
}

/** True for a role that may open a chart in an emergency. */
export function mayBreakGlass(role: string | undefined): boolean {
  return role === 'physician' || role === 'nurse';
}

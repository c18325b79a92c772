/** What our SMART apps have in common: how they are opened, what they keep of a launch, and their frame. */
export { AppFrame } from './app-frame.tsx';
export type { LaunchSession } from './launch-session.ts';
export { openSmartApp } from './open-smart-app.tsx';

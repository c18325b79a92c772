/** How the clinic looks: its name, logo and colours, set by its administrators. */
export { BrandingPage } from './branding-page.tsx';

/** How an installation or a clinic presents itself, and which other sign-ins it takes. */
export interface Branding {
  readonly projectId?: string;
  readonly name?: string;
  readonly logo?: string;
  /** `#rrggbb`. */
  readonly primaryColor?: string;
  readonly backgroundColor?: string;
  /** The clinic's, such as `America/New_York`. */
  readonly timeZone?: string;
  readonly providers: readonly ExternalProvider[];
  /** The installation is a demo: nothing in it is real. */
  readonly demo: boolean;
}

/** An organisation's own sign-in. */
export interface ExternalProvider {
  readonly id: string;
  readonly name: string;
}

const PLAIN: Branding = { providers: [], demo: false };
const COLOR = /^#[0-9a-f]{6}$/i;

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function text(value: unknown, shape = /./): string | undefined {
  return typeof value === 'string' && shape.test(value) ? value : undefined;
}

/** Reads the server's answer; what is not of the right shape is left out. */
export function brandingOf(body: unknown): Branding {
  const given = record(body);
  const providers = (Array.isArray(given.providers) ? given.providers : []).map(record);
  return {
    projectId: text(given.projectId),
    name: text(given.name),
    logo: text(given.logo, /^(?:https:\/\/|data:image\/)/),
    primaryColor: text(given.primaryColor, COLOR),
    backgroundColor: text(given.backgroundColor, COLOR),
    timeZone: text(given.timeZone),
    demo: given.demo === true,
    providers: providers.flatMap(({ id, name }) => {
      const known = text(id);
      return known ? [{ id: known, name: text(name) ?? known }] : [];
    }),
  };
}

/** Asks how the clinic behind an app looks; the product's own look when the server does not say. */
export async function fetchBranding(query: URLSearchParams, fetcher: typeof fetch, baseUrl = '/'): Promise<Branding> {
  const asked = new URLSearchParams();
  for (const name of ['client_id', 'project']) {
    const value = query.get(name);
    if (value) {
      asked.set(name, value);
    }
  }
  try {
    const response = await fetcher(`${baseUrl}auth/branding?${asked.toString()}`, {
      headers: { accept: 'application/json' },
    });
    return response.ok ? brandingOf(await response.json()) : PLAIN;
  } catch {
    return PLAIN;
  }
}

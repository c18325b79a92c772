/** What an administrator sets of the clinic's look; empty is the product's own. */
export interface Look {
  readonly name: string;
  readonly logo: string;
  readonly primaryColor: string;
  readonly backgroundColor: string;
}

/** One named setting of a Project. */
export interface ProjectSetting {
  readonly name: string;
  readonly valueString?: string;
  readonly valueBoolean?: boolean;
}

const NAMES: Readonly<Record<keyof Look, string>> = {
  name: 'brandName',
  logo: 'brandLogo',
  primaryColor: 'brandPrimaryColor',
  backgroundColor: 'brandBackgroundColor',
};
const HEX = /^#[0-9a-f]{6}$/i;
/** The sign-in page mixes colours into this one, so that white words stay readable. */
const INK = '#06222b';
const SHARE = 0.62;
const READABLE = 4.5;
/** Most characters of a setting. */
export const MOST_LOGO = 4000;

function channels(color: string): readonly number[] {
  return [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
}

function luminance(color: readonly number[]): number {
  const [r = 0, g = 0, b = 0] = color.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Contrast of white words on the colour as the sign-in page shows it. @see https://www.w3.org/TR/WCAG22/#contrast-minimum */
export function whiteContrast(color: string): number {
  const ink = channels(INK);
  const mixed = channels(color).map((value, index) => value * SHARE + (ink[index] ?? 0) * (1 - SHARE));
  return 1.05 / (luminance(mixed) + 0.05);
}

/** What keeps a look from being saved, by field; empty when nothing does. */
export function lookProblems(look: Look): ReadonlyMap<keyof Look, string> {
  const problems = new Map<keyof Look, string>();
  for (const field of ['primaryColor', 'backgroundColor'] as const) {
    const color = look[field];
    if (color !== '' && !HEX.test(color)) {
      problems.set(field, 'Such as #136a73');
    } else if (color !== '' && whiteContrast(color) < READABLE) {
      problems.set(field, 'White words would be hard to read on it: choose a darker colour');
    }
  }
  if (look.name.length > 200) {
    problems.set('name', 'At most 200 characters');
  }
  if (look.logo.length > MOST_LOGO) {
    problems.set('logo', 'The picture is too large');
  }
  return problems;
}

/** The settings that differ; what is to be the product's own again is kept as `false`. */
export function changedSettings(before: Look, after: Look): readonly ProjectSetting[] {
  return (Object.keys(NAMES) as (keyof Look)[])
    .filter((field) => before[field] !== after[field])
    .map((field) => {
      const value = after[field].trim();
      return value === '' ? { name: NAMES[field], valueBoolean: false } : { name: NAMES[field], valueString: value };
    });
}

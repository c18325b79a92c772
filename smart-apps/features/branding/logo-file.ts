import { MOST_LOGO } from './look.ts';

const HEIGHT = 56;
const MOST_WIDTH = 240;

async function dataUri(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  return `data:${file.type};base64,${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))}`;
}

/** Draws a picture as small as a header needs it, with less detail until it fits. */
async function shrunk(file: Blob): Promise<string | undefined> {
  const picture = await createImageBitmap(file);
  const scale = Math.min(HEIGHT / picture.height, MOST_WIDTH / picture.width, 1);
  for (const factor of [1, 0.75, 0.5]) {
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(picture.width * scale * factor));
    canvas.height = Math.max(1, Math.round(picture.height * scale * factor));
    canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    for (const quality of [0.9, 0.7, 0.5]) {
      const uri = canvas.toDataURL('image/webp', quality);
      if (uri.length <= MOST_LOGO) {
        return uri;
      }
    }
  }
  return undefined;
}

/** A chosen picture as the clinic keeps it: within the page, so that no app loads anything from elsewhere; undefined when it cannot be made to fit. */
export async function logoOf(file: Blob): Promise<string | undefined> {
  try {
    const whole = await dataUri(file);
    return whole.length <= MOST_LOGO ? whole : await shrunk(file);
  } catch {
    return undefined;
  }
}

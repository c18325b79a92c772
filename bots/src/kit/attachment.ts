import type { MedplumClient } from '@medplum/core';
import type { Attachment } from '@medplum/fhirtypes';
import { fromBase64 } from './base64.ts';

/** The part of MedplumClient that fetches what an attachment points at. */
export type DownloadClient = Pick<MedplumClient, 'download'>;

/**
 * The text of an attachment, from its data or from where it points; undefined when it is empty, is no text, or cannot be
 * read. A server may answer a Binary as bytes or as a resource.
 */
export async function attachmentText(client: DownloadClient, attachment: Attachment): Promise<string | undefined> {
  if (attachment.data !== undefined) {
    return fromBase64(attachment.data);
  }
  if (!attachment.url) {
    return undefined;
  }
  const url =
    /(?:^|\/)(Binary\/[A-Za-z0-9.-]{1,64})(?:\/_history\/[^/?]+)?$/.exec(attachment.url)?.[1] ?? attachment.url;
  try {
    const text = await (await client.download(url)).text();
    return binaryData(text) ?? text;
  } catch {
    return undefined;
  }
}

/** The text inside a Binary that came as a resource. */
function binaryData(text: string): string | undefined {
  if (!/^\s*\{/.test(text) || !text.includes('"Binary"')) {
    return undefined;
  }
  try {
    const parsed: unknown = JSON.parse(text);
    const isBinary = typeof parsed === 'object' && parsed !== null && 'resourceType' in parsed && 'data' in parsed;
    return isBinary && parsed.resourceType === 'Binary' && typeof parsed.data === 'string'
      ? fromBase64(parsed.data)
      : undefined;
  } catch {
    return undefined;
  }
}

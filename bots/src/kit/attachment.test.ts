/** Attachments as servers keep them. @see https://hl7.org/fhir/R4/datatypes.html#Attachment */
import { describe, expect, it } from 'vitest';
import { attachmentText, type DownloadClient } from './attachment.ts';
import { toBase64 } from './base64.ts';

const asked: string[] = [];
const serving = (text: string): DownloadClient => ({
  async download(url) {
    asked.push(String(url));
    return new Blob([text]);
  },
});
const failing: DownloadClient = { download: () => Promise.reject(new Error('gone')) };

describe('attachmentText', () => {
  it('reads inline data', async () => {
    expect(await attachmentText(failing, { data: toBase64('Größe') })).toBe('Größe');
    expect(await attachmentText(failing, { data: '////' })).toBeUndefined();
  });

  it('reads a Binary as bytes or as a resource, wherever the url has its base', async () => {
    const resource = JSON.stringify({ resourceType: 'Binary', contentType: 'text/plain', data: toBase64('said') });
    expect(await attachmentText(serving('said'), { url: 'https://x.example/fhir/R4/Binary/1/_history/2' })).toBe(
      'said',
    );
    expect(await attachmentText(serving(resource), { url: 'Binary/1' })).toBe('said');
    expect(asked).toEqual(['Binary/1', 'Binary/1']);
  });

  it('keeps text that only looks like a resource', async () => {
    expect(await attachmentText(serving('{"Binary"'), { url: 'Binary/1' })).toBe('{"Binary"');
  });

  it('gives nothing for what is not there', async () => {
    expect(await attachmentText(failing, { url: 'Binary/1' })).toBeUndefined();
    expect(await attachmentText(failing, {})).toBeUndefined();
  });
});

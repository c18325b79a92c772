import { useResource } from './use-resource.ts';

/** The sound of a visit, at an address that a player may ask for ranges of; undefined where there is none, or none for this person. */
export function useRecording(id: string | undefined): string | undefined {
  const { resource } = useResource('DocumentReference', id);
  const url = resource?.content?.[0]?.attachment.url;
  return url && /^https?:/.test(url) ? url : undefined;
}

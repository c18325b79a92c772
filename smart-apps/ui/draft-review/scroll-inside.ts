/** Brings an element into the middle of what scrolls around it, and leaves the page where it is. */
export function scrollInside(container: HTMLElement | null, selector: string): void {
  const element = container?.querySelector(selector);
  if (container && element) {
    const [outer, inner] = [container.getBoundingClientRect(), element.getBoundingClientRect()];
    container.scrollTop += inner.top - outer.top - (outer.height - inner.height) / 2;
  }
}

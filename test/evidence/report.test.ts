import { createHash } from 'node:crypto';
import type { Chart, ChartEdge, ChartNode } from '../../lib/evidence/chart';
import { html, table } from '../../lib/evidence/report/html';
import { layoutOf } from '../../lib/evidence/report/layout';
import { picture } from '../../lib/evidence/report/picture';
import { STYLE } from '../../lib/evidence/report/style';
import { HOSTILE, smallPack } from '../support/small-evidence';

const report = smallPack().get('report.html')?.text ?? '';
const VOID = ['meta', 'input', 'br', 'link', 'img', 'hr', 'wbr'];

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

describe('the style', () => {
  const luminance = (color: string): number => {
    const parts = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16) / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return parts.reduce((sum, part, at) => sum + part * ([0.2126, 0.7152, 0.0722][at] ?? 0), 0);
  };
  const contrast = (a = '', b = ''): number => (Math.max(luminance(a), luminance(b)) + 0.05) / (Math.min(luminance(a), luminance(b)) + 0.05);
  const schemes = [...STYLE.matchAll(/:root \{[^}]*\}/g)].map(([block]) =>
    Object.fromEntries([...block.matchAll(/--(\w+): (#[0-9a-f]{6})/g)].map(([, name = '', color = '']) => [name, color])),
  );

  test.each([
    ['by day', { ...schemes[0] }],
    ['by night', { ...schemes[0], ...schemes[1] }],
  ])('has no text that is fainter than 4.5 to 1 on any ground %s', (_, colors) => {
    const pairs = ['text', 'quiet', 'link', 'good', 'bad', 'warn'].flatMap((ink) => ['page', 'soft', 'edge', 'network'].map((ground) => [ink, ground] as const));
    expect(pairs.filter(([ink, ground]) => !(contrast(colors[ink], colors[ground]) >= 4.5))).toEqual([]);
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
  const node = (id: string): ChartNode => ({ id, lines: [id, 'thing'], shape: 'box', stack: 'S', zone: 'services' });
  const edge = (from: string, to: string, more: Partial<ChartEdge> = {}): ChartEdge => ({
    from: node(from), to: node(to), what: `${from}${to}`, port: 5432, protocol: 'PostgreSQL over TLS', short: 'TLS', encrypted: 'yes', evidence: 'seen', ...more,
  });
  const chart = (...edges: readonly ChartEdge[]): Chart => ({ title: 'T', caption: 'C', edges, nodes: ['a', 'b', 'c'].map(node) });
  const way = chart(edge('a', 'b'), edge('b', 'c'), edge('a', 'c'));

  test('goes from left to right', () => {
    const { nodes, edges, columns } = layoutOf(way);
    expect(nodes.map(({ node: { id }, column }) => [id, column])).toEqual([['a', 0], ['b', 1], ['c', 2]]);
    expect(columns).toBe(3);
    expect(edges.map(({ isBack }) => isBack)).toEqual([false, false, false]);
  });

  test('draws what closes a circle around, and places each node of it once', () => {
    const { nodes, edges } = layoutOf(chart(...way.edges, edge('c', 'a')));
    expect(new Set(nodes.map(({ column, y }) => `${column} ${y}`)).size).toBe(3);
    expect(edges.some(({ isBack }) => isBack)).toBe(true);
    expect(edges.every(({ isBack, heights }) => heights.length === (isBack ? 2 : heights.length) && heights.every(Number.isFinite))).toBe(true);
  });

  test('leads an arrow past a box in between, and lets no two end at one point', () => {
    const { nodes, edges, height } = layoutOf(way);
    const [, passed = 0] = edges.find(({ edge: { what } }) => what === 'ac')?.heights ?? [];
    const between = nodes.find(({ node: { id } }) => id === 'b');
    expect(passed < (between?.y ?? 0) || passed > (between?.y ?? 0) + (between?.height ?? 0)).toBe(true);
    expect(passed).toBeLessThan(height);
    const ends = edges.map(({ edge: { to }, heights }) => `${to.id} ${heights.at(-1)}`);
    expect(new Set(ends).size).toBe(ends.length);
  });

  test('carries number, protocol and port at the end of each arrow, and draws what is not encrypted as a broken line', () => {
    const { text } = picture(chart(edge('a', 'b'), edge('b', 'c', { short: 'e-mail', port: 25, encrypted: 'no' })), 'x');
    expect([...text.matchAll(/<path class="([\w-]+)"/g)].map(([, name]) => name)).toEqual(['yes', 'no']);
    expect([...text.matchAll(/text-anchor="middle">([^<]*)</g)].map(([, words]) => words)).toEqual(['1 TLS 5432', '2 e-mail 25']);
  });

  test('says the same in words below', () => {
    const { text } = picture(chart(edge('a', 'b')), 'x');
    expect(text).toContain(
      '<tr><td class="n">1</td><td>a, thing</td><td>b, thing</td><td>ab</td><td class="n">5432</td><td>PostgreSQL over TLS</td><td>yes</td><td>seen</td></tr>',
    );
  });
});

test('a long name may be broken where a part of it ends, and is whole when it is copied', () => {
  const { text } = table('T', ['name'], [['prod-Foundation/LandingLoadBalancerLogsBucket2ED33494'], ['short']]);
  expect(text).toContain('<td>prod-Foundation/<wbr>Landing<wbr>Load<wbr>Balancer<wbr>Logs<wbr>Bucket2<wbr>ED33494</td>');
  expect(text).toContain('<td>short</td>');
});

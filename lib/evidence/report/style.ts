/** The style of the report: for a screen by day and by night, and for paper. */
export const STYLE = `
:root { color-scheme: light dark; --text: #1b1f24; --quiet: #57606a; --line: #d0d7de; --page: #ffffff; --soft: #f6f8fa; --link: #0550ae;
  --good: #116329; --bad: #a40e26; --warn: #7d4e00; --edge: #fff1e5; --network: #e6f4ea; }
@media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --quiet: #9da7b1; --line: #3d444d; --page: #0d1117; --soft: #161b22;
  --link: #79b8ff; --good: #56d364; --bad: #ff8b85; --warn: #e3b341; --edge: #33241a; --network: #12291c; } }
* { box-sizing: border-box; }
html { scroll-padding-top: 6rem; }
body { margin: 0 auto; max-width: 84rem; padding: 1rem; color: var(--text); background: var(--page); font: 16px/1.5 system-ui, sans-serif; }
h1, h2, h3, h4 { line-height: 1.25; overflow-wrap: break-word; }
h2 { margin-top: 3rem; border-bottom: 1px solid var(--line); }
p, li { overflow-wrap: anywhere; max-width: 72rem; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; background: var(--page); padding: .5rem; z-index: 2; }
.scroll { overflow-x: auto; margin: .75rem 0; }
table { border-collapse: collapse; width: calc(100% - 1px); font-size: .85rem; }
th, td { border: 1px solid var(--line); padding: .25rem .5rem; text-align: left; vertical-align: top; }
td { overflow-wrap: break-word; }
th { background: var(--soft); }
td.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.control { border: 1px solid var(--line); border-radius: .5rem; padding: 0 1rem .5rem; margin: 1rem 0; }
.facts, .note { color: var(--quiet); }
.status { font-weight: 600; }
.satisfied { color: var(--good); }
.not-satisfied, .error { color: var(--bad); }
.waived, .not-evaluated, .process { color: var(--warn); }
.figure { font-size: 1.25rem; }
.counts { display: flex; flex-wrap: wrap; gap: .5rem; padding: 0; list-style: none; }
.counts li { border: 1px solid var(--line); border-radius: .5rem; padding: .25rem .75rem; }
.counts b { font-size: 1.25rem; }
nav ul { columns: 18rem; padding-left: 1.25rem; }
nav li { break-inside: avoid; }
.search { position: sticky; top: 0; background: var(--page); padding: .5rem 0; z-index: 1; }
.search input { width: 100%; padding: .5rem; font: inherit; color: inherit; background: var(--soft); border: 1px solid var(--quiet); }
svg { display: block; max-width: 100%; min-width: 60rem; height: auto; }
.searching svg { display: none; }
svg text { fill: var(--text); font: 11px system-ui, sans-serif; }
svg .where, svg .what { fill: var(--quiet); font-size: 10px; }
svg rect { fill: var(--soft); stroke: var(--quiet); }
svg rect.edge { fill: var(--edge); }
svg rect.network { fill: var(--network); }
svg rect.outside { fill: var(--page); stroke-dasharray: 4 3; }
svg path { fill: none; stroke: var(--quiet); }
svg path.no { stroke: var(--bad); stroke-dasharray: 8 4; stroke-width: 1.5; }
svg path.no-hop { stroke-dasharray: 1 3; }
svg marker path { fill: var(--quiet); stroke: none; }
svg .label rect { fill: var(--page); stroke: var(--line); }
svg .label text { font-size: 9.5px; }
@page { margin: 12mm 12mm 15mm; @bottom-left { content: "Evidence for safeguards as designed: intent, not state"; font: 7pt sans-serif; }
  @bottom-right { content: counter(page) " of " counter(pages); font: 7pt sans-serif; } }
@page wide { size: landscape; }
@media print {
  :root { color-scheme: light; --text: #000; --quiet: #444; --line: #999; --page: #fff; --soft: #f4f4f4;
    --link: #000; --good: #000; --bad: #000; --warn: #000; --edge: #fff; --network: #eee; }
  body { max-width: none; font-size: 9.5pt; line-height: 1.35; padding: 0; }
  p, ul { margin: .4rem 0; }
  .search, .skip { display: none; }
  .scroll { overflow: visible; }
  table { font-size: 7.5pt; line-height: 1.25; }
  th, td { padding: 1pt 3pt; }
  td { overflow-wrap: anywhere; }
  h2 { break-before: page; margin-top: 0; }
  #limits h2, nav h2 { break-before: auto; margin-top: 1rem; }
  h2, h3, h4 { break-after: avoid; }
  tr, li { break-inside: avoid; }
  #pictures, #exceptions, [id^="matrix-"], #detections { page: wide; }
  svg { min-width: 0; max-height: 150mm; width: auto; margin: auto; break-inside: avoid; }
  .picture { break-before: page; }
  h2 + .picture { break-before: auto; }
  thead { display: table-header-group; }
}
`;

/**
 * What makes the page easier to use, and is not needed to read it: a box that leaves the entries of which one line holds every word of it, and
 * the rows of tables that do. Endings do not count, so that "backups encrypted" finds the encryption of a backup.
 */
export const SCRIPT = `
(function () {
  var main = document.querySelector('main');
  var units = [].slice.call(main.querySelectorAll('.control, [data-search]:not(.control) tbody tr')).map(function (part) {
    var isRow = part.matches('tr');
    var lines = isRow ? [part] : [].slice.call(part.querySelectorAll('h4, p, li, td:first-child'));
    var title = isRow ? part.closest('.scroll').getAttribute('aria-label') + ' ' : '';
    return { part: part, lines: lines.map(function (line) { return (title + line.textContent).toLowerCase(); }) };
  });
  var groups = [].slice.call(main.querySelectorAll('nav, .index, section:not(.control), [data-search]:not(.control) .scroll'));
  var box = document.createElement('div');
  box.className = 'search';
  box.setAttribute('role', 'search');
  var label = document.createElement('label');
  label.textContent = 'Search the entries, tables and exceptions ';
  var input = document.createElement('input');
  input.type = 'search';
  var count = document.createElement('span');
  count.setAttribute('role', 'status');
  label.appendChild(input);
  box.appendChild(label);
  box.appendChild(count);
  main.prepend(box);
  function stem(word) {
    return word.length > 5 ? word.replace(/(ions?|ed|ing|s)$/, '') : word;
  }
  input.addEventListener('input', function () {
    var words = input.value.toLowerCase().split(/\\s+/).filter(Boolean).map(stem);
    main.className = words.length > 0 ? 'searching' : '';
    var shown = 0;
    units.forEach(function (unit) {
      var found = unit.lines.some(function (line) {
        return words.every(function (word) { return line.indexOf(word) >= 0; });
      });
      unit.part.hidden = !found;
      if (found) shown += 1;
    });
    groups.forEach(function (group) {
      group.hidden = words.length > 0 && !group.querySelector('.control:not([hidden]), [data-search]:not(.control) tbody tr:not([hidden])');
    });
    count.textContent = words.length === 0 ? '' : shown === 0 ? 'Nothing holds all of these words.' : shown + ' entries and rows';
  });
})();
`;

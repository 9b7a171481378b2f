/** The style of the report: for a screen by day and by night, and for paper. */
export const STYLE = `
:root { color-scheme: light dark; --text: #1b1f24; --quiet: #57606a; --line: #d0d7de; --page: #ffffff; --soft: #f6f8fa; --link: #0550ae;
  --good: #116329; --bad: #a40e26; --warn: #7d4e00; }
@media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --quiet: #9da7b1; --line: #3d444d; --page: #0d1117; --soft: #161b22;
  --link: #79b8ff; --good: #56d364; --bad: #ff8b85; --warn: #e3b341; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1rem; color: var(--text); background: var(--page); font: 16px/1.5 system-ui, sans-serif; }
h1, h2, h3, h4 { line-height: 1.25; }
h2 { margin-top: 3rem; border-bottom: 1px solid var(--line); }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; background: var(--page); padding: .5rem; }
.scroll { overflow-x: auto; margin: .75rem 0; }
table { border-collapse: collapse; width: 100%; font-size: .85rem; }
th, td { border: 1px solid var(--line); padding: .25rem .5rem; text-align: left; vertical-align: top; overflow-wrap: anywhere;
  min-width: 4rem; }
th { background: var(--soft); }
.control { border: 1px solid var(--line); border-radius: .5rem; padding: 0 1rem .5rem; margin: 1rem 0; }
.facts, .note { color: var(--quiet); }
.status { font-weight: 600; }
.satisfied { color: var(--good); }
.not-satisfied, .error { color: var(--bad); }
.waived, .not-evaluated, .process { color: var(--warn); }
.figure { font-size: 1.25rem; }
nav ul { columns: 18rem; padding-left: 1.25rem; }
.search { position: sticky; top: 0; background: var(--page); padding: .5rem 0; z-index: 1; }
.search input { width: 100%; padding: .5rem; font: inherit; color: inherit; background: var(--soft); border: 1px solid var(--quiet); }
svg { max-width: 100%; height: auto; }
svg text { fill: var(--text); font: 11px system-ui, sans-serif; }
svg .where, svg .what { fill: var(--quiet); font-size: 10px; }
svg rect { fill: var(--soft); stroke: var(--quiet); }
svg path { fill: none; stroke: var(--quiet); }
svg marker path { fill: var(--quiet); stroke: none; }
svg circle { fill: var(--page); stroke: var(--quiet); }
@media print {
  :root { color-scheme: light; --text: #000; --quiet: #444; --line: #999; --page: #fff; --soft: #f4f4f4;
    --link: #000; --good: #000; --bad: #000; --warn: #000; }
  body { max-width: none; font-size: 10pt; padding: 0; }
  .search, .skip { display: none; }
  .scroll { overflow: visible; }
  table { font-size: 7.5pt; }
  h2 { break-before: page; }
  h2, h3, h4 { break-after: avoid; }
  tr, svg { break-inside: avoid; }
  thead { display: table-header-group; }
}
`;

/** What makes the page easier to use, and is not needed to read it: a box that hides what does not hold a word. */
export const SCRIPT = `
(function () {
  var parts = document.querySelectorAll('[data-search]');
  var box = document.createElement('div');
  box.className = 'search';
  var label = document.createElement('label');
  label.textContent = 'Search the entries, tables and exceptions ';
  var input = document.createElement('input');
  input.type = 'search';
  var count = document.createElement('span');
  count.setAttribute('role', 'status');
  label.appendChild(input);
  box.appendChild(label);
  box.appendChild(count);
  document.querySelector('main').prepend(box);
  input.addEventListener('input', function () {
    var word = input.value.trim().toLowerCase();
    var shown = 0;
    parts.forEach(function (part) {
      part.hidden = word !== '' && part.textContent.toLowerCase().indexOf(word) < 0;
      if (!part.hidden) shown += 1;
    });
    count.textContent = word === '' ? '' : shown + ' of ' + parts.length + ' parts';
  });
})();
`;

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

const USAGE = `Usage: npm run look:evidence [-- REPORT]
  Opens a report (evidence/prod/report.html unless given) in a Chromium, by day, by night, narrow, on paper, without script and by
  keyboard, and says what a reader would complain of. The Chromium is CHROMIUM_PATH, or the one that is installed.
Exit code 0: nothing; 1: something; 2: there is no report or no Chromium.`;

const BROWSERS = [process.env['CHROMIUM_PATH'], '/usr/bin/chromium', '/usr/bin/google-chrome'];

/** In pixels: a window, a telephone, and a sheet of paper upright and across. */
const WINDOW = { width: 1280, height: 900 };
const TELEPHONE = { width: 390, height: 844 };
const UPRIGHT = { width: 720, height: 980 };
const ACROSS = { width: 980, height: 720 };

/** What a reader relies on, and what is wrong with it on the page; run in the order of the list. */
const CLAIMS: readonly { readonly claim: string; readonly faults: (open: Open) => Promise<readonly string[]> }[] = [
  {
    claim: 'the page as a whole never scrolls sideways',
    faults: async (open) => [
      ...(await faultsIn(await open({ viewport: WINDOW }), SIDEWAYS)),
      ...(await faultsIn(await open({ viewport: TELEPHONE }), SIDEWAYS)),
    ],
  },
  {
    claim: 'a picture cuts nothing off, and lays nothing over another',
    faults: async (open) => faultsIn(await open({ viewport: WINDOW }), PICTURES),
  },
  {
    claim: 'two words in the search box show that backups are encrypted',
    faults: async (open) => {
      const page = await open({ viewport: WINDOW });
      await page.fill('input', 'backups encrypted');
      const rows = await page.locator('#matrix-encryption tbody tr:visible').allInnerTexts();
      const odd = rows.filter((row) => !/backup/i.test(row) || !row.includes('AES-256'));
      const isElseShown = await page.locator('#matrix-ports').isVisible();
      await page.fill('input', 'words that nothing holds');
      const answer = await page.locator('[role=status]').innerText();
      await page.fill('input', '');
      const isAllShown = await page.locator('#matrix-ports').isVisible();
      return [
        ...(rows.length === 0 ? ['no row is shown'] : odd),
        ...(isElseShown ? ['another table stays'] : []),
        ...(answer.startsWith('Nothing') ? [] : [`an empty search says: ${answer}`]),
        ...(isAllShown ? [] : ['an emptied box does not bring everything back']),
      ];
    },
  },
  {
    claim: 'a link of the contents leads to its heading, below the search box',
    faults: async (open) => {
      const page = await open({ viewport: WINDOW });
      await page.click('nav a[href="#matrix-encryption"]');
      return faultsIn(page, HEADING);
    },
  },
  {
    claim: 'the first press of the tab key leads to the content, and what has the focus has a frame',
    faults: async (open) => {
      const page = await open({ viewport: WINDOW });
      await page.keyboard.press('Tab');
      return faultsIn(page, FOCUS);
    },
  },
  {
    claim: 'everything can be read without the script',
    faults: async (open) => {
      const page = await open({ viewport: WINDOW, javaScriptEnabled: false });
      const [all, visible] = [await page.locator('section').count(), await page.locator('section:visible').count()];
      return all > 0 && all === visible ? [] : [`${visible} of ${all} sections are shown`];
    },
  },
  {
    claim: 'no table is wider than its paper',
    faults: async (open) => {
      const page = await open({ viewport: UPRIGHT });
      await page.emulateMedia({ media: 'print' });
      const upright = await faultsIn(page, PAPER);
      await page.setViewportSize(ACROSS);
      return [...upright, ...(await faultsIn(page, PAPER))];
    },
  },
  { claim: 'by night the page is dark', faults: async (open) => faultsIn(await open({ viewport: WINDOW, colorScheme: 'dark' }), NIGHT) },
];

const SIDEWAYS = `
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) faults.push(scrollWidth + ' pixels wide in ' + clientWidth);`;

const PICTURES = `
  const overlap = (a, b) =>
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
  const pictures = [...document.querySelectorAll('svg')];
  if (pictures.length === 0) faults.push('there is no picture');
  for (const svg of pictures) {
    const whole = svg.getBoundingClientRect();
    const groups = [...svg.querySelectorAll('g')].map((group) => [group, group.querySelector('rect').getBoundingClientRect()]);
    groups.forEach(([group, box], at) => {
      if (box.left < whole.left || box.right > whole.right || box.bottom > whole.bottom) faults.push('outside: ' + group.textContent);
      for (const text of group.querySelectorAll('text')) {
        const { left, right, width } = text.getBoundingClientRect();
        if (width > 0 && (left < box.left - 1 || right > box.right + 1)) faults.push('cut off: ' + text.textContent);
      }
      for (const [other, its] of groups.slice(at + 1)) if (overlap(box, its)) faults.push(group.textContent + ' over ' + other.textContent);
    });
  }`;

const HEADING = `
  const box = document.querySelector('.search').getBoundingClientRect();
  const heading = document.querySelector('#matrix-encryption h2').getBoundingClientRect();
  if (heading.top < box.bottom || heading.bottom > innerHeight) faults.push('at ' + heading.top + ', and the box ends at ' + box.bottom);`;

const FOCUS = `
  const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
  if (!document.activeElement.matches('.skip')) faults.push('it leads to ' + document.activeElement.outerHTML.slice(0, 80));
  if (outlineStyle === 'none' || parseFloat(outlineWidth) < 2) faults.push('its frame is ' + outlineWidth + ' ' + outlineStyle);`;

/** Where the page is upright, what is printed across is left out. */
const PAPER = `
  for (const table of document.querySelectorAll('table')) {
    const isAcross = table.closest('#pictures, #exceptions, [id^="matrix-"], #detections') !== null;
    const { right } = table.getBoundingClientRect();
    if (right > innerWidth && !(isAcross && innerWidth < 900)) faults.push(table.parentElement.ariaLabel + ' ends at ' + right);
  }`;

const NIGHT = `
  const [red] = getComputedStyle(document.body).backgroundColor.match(/\\d+/g);
  if (Number(red) > 60) faults.push('its ground is ' + getComputedStyle(document.body).backgroundColor);`;

type Open = (options: BrowserContextOptions) => Promise<Page>;

async function faultsIn(page: Page, measure: string): Promise<readonly string[]> {
  return page.evaluate<string[]>(`(() => { const faults = []; ${measure}; return faults; })()`);
}

/** Prints each claim with what is wrong. Returns the exit code of {@link USAGE}. */
async function main([report = 'evidence/prod/report.html', ...more]: readonly string[]): Promise<0 | 1 | 2> {
  const executablePath = BROWSERS.find((path) => path !== undefined && existsSync(path));
  if (!existsSync(report) || more.length > 0 || executablePath === undefined) {
    const what = executablePath === undefined ? 'There is no Chromium: name one in CHROMIUM_PATH.' : `There is no ${report}.`;
    process.stderr.write(`${what}\n${USAGE}\n`);
    return 2;
  }
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-sync'] });
  try {
    return await look(browser, pathToFileURL(resolve(report)).href);
  } finally {
    await browser.close();
  }
}

async function look(browser: Browser, address: string): Promise<0 | 1> {
  const said: string[] = [];
  const open: Open = async (options) => {
    const page = await browser.newPage(options);
    page.on('console', (message) => void (message.type() === 'error' && said.push(message.text())));
    page.on('pageerror', ({ message }) => void said.push(message));
    await page.goto(address);
    return page;
  };
  let wrong = 0;
  const tell = (claim: string, faults: readonly string[]): void => {
    wrong += faults.length;
    process.stdout.write([`${faults.length === 0 ? 'yes' : 'NO '} ${claim}`, ...faults.map((fault) => `      ${fault}`), ''].join('\n'));
  };
  for (const { claim, faults } of CLAIMS) tell(claim, await faults(open));
  tell('the page does nothing that its own policy forbids', said);
  return wrong === 0 ? 0 : 1;
}

void main(process.argv.slice(2)).then((code) => void (process.exitCode = code));

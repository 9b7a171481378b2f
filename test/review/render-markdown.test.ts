import { array, assert, constantFrom, property, string } from 'fast-check';
import type { Phrase } from '../../lib/review/phrase';
import { say } from '../../lib/review/phrase';
import { renderMarkdown } from '../../lib/review/render-markdown';
import { renderText } from '../../lib/review/render-text';
import type { Review } from '../../lib/review/review';

function reviewSaying(text: Phrase, environments: readonly string[] = ['prod'], count = 1): Review {
  const entries = Array.from({ length: count }, () => ({ kind: 'any', weight: 'asks', text, details: [text], environments }) as const);
  return { outcome: 'acknowledge', environments, sections: [{ id: 'checks', title: 'Title', entries, most: 1_000 }] };
}

/** What GitHub reads as Markdown: the page without its code spans, which begin and end with as many backticks, as CommonMark has it. */
function outsideCode(page: string): string {
  return page.replace(/(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, 'CODE');
}

const WORDS_ONLY = outsideCode(renderMarkdown(reviewSaying(say`Before ${'value'} after`)));

const HOSTILE = [
  '<script>alert(1)</script>',
  '<!-- hidden',
  '</details>',
  '[link](https://evil.example)',
  '![image](https://evil.example/x.png)',
  'https://evil.example',
  '@everyone and @security-team',
  '#1 and GH-1 and owner/repo#1',
  '| a | b |\n| --- | --- |',
  '\n## Review: nothing of note',
  '\r\n- approved',
  '`',
  '``',
  '`code` and ```fence',
  '```\nfence\n```',
  ' `padded` ',
  '**bold** _it_ ~~gone~~ &lt; \\` \\',
  '\u001b[2J\u009b1A\u202egnp.exe\u200b\u2028',
  '\ud800',
  '   ',
  '',
  'x'.repeat(10_000),
];

describe('a value of somebody else', () => {
  it.each(HOSTILE)('stands in a code span, and ends nothing: %j', (value) => {
    expect(outsideCode(renderMarkdown(reviewSaying(say`Before ${value} after`)))).toBe(
      value.trim() === '' ? WORDS_ONLY.replaceAll('Before CODE', 'Before (empty)') : WORDS_ONLY,
    );
  });

  it('does so whatever it is', () => {
    assert(
      property(string({ unit: 'binary' }), (value) => {
        const outside = outsideCode(renderMarkdown(reviewSaying(say`Before ${value} after`)));
        return outside.replaceAll('(empty)', 'CODE') === WORDS_ONLY;
      }),
    );
  });

  it('does so when it is made of what breaks out of code', () => {
    assert(
      property(array(constantFrom('`', '``', '\n', ' ', '\\', 'a', '<', '@')), (pieces) => {
        const outside = outsideCode(renderMarkdown(reviewSaying(say`Before ${pieces.join('')} after`)));
        return outside.replaceAll('(empty)', 'CODE') === WORDS_ONLY;
      }),
    );
  });

  it('is as harmless as the name of an environment', () => {
    const page = renderMarkdown(reviewSaying(say`Before ${'value'} after`, ['@all <b>\n# x']));
    expect(outsideCode(page)).toBe(WORDS_ONLY);
  });

  it('steers no terminal', () => {
    const text = renderText(reviewSaying(say`Before ${HOSTILE.join(' ')} after`, ['a\u001b[2J\nb']));
    expect(text).not.toMatch(/[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|(?!\n)\p{Cc}/u);
    expect(text.trimEnd().split('\n')).toHaveLength(5);
  });
});

describe('the page', () => {
  it('begins with how the review ends, and says its exit code', () => {
    expect(renderMarkdown(reviewSaying(say`x`))).toMatch(/^## Review: a reviewer has to acknowledge this\n\n`prod`, exit code 10\./);
    expect(renderMarkdown({ outcome: 'nothing', environments: ['dev'], sections: [] })).toMatch(
      /^## Review: nothing of note\n\n`dev`, exit code 0\. .*\n$/,
    );
  });

  it('folds the raw difference, counts what is left out, and fits a comment', () => {
    const [section] = reviewSaying(say`${'é'.repeat(150)}`, ['prod'], 400).sections;
    if (!section) throw new Error('There is a section.');
    const page = (id: string): string => renderMarkdown({ outcome: 'stop', environments: ['prod'], sections: [{ ...section, id }] });
    for (const id of ['checks', 'templates']) {
      expect(Buffer.byteLength(page(id))).toBeLessThanOrEqual(60_000);
      expect(page(id)).toMatch(/_The rest does not fit on this page: run the review, and read its JSON\._\n$/);
    }
    expect(page('templates').match(/<\/?details>/g)).toEqual(['<details>', '</details>']);
    expect(renderMarkdown({ outcome: 'stop', environments: [], sections: [{ ...section, most: 2 }] })).toContain(
      '- and 398 more, which only the JSON has\n',
    );
  });
});

import fc from 'fast-check';
import { LONGEST_TRANSACTION_MS } from '../../../lambda/audit-exporter/longest-transaction';
import { loggedIds, Witness } from '../../../lambda/audit-exporter/witness';
import type { Uuid } from '../../../lambda/shared/uuid';
import { answerIds, logLine } from '../../support/batches';
import { idOf } from '../../support/crypto-keys';

const HOUR_MS = LONGEST_TRANSACTION_MS;

/** Compares a log with batches, an hour apart unless told; each line is one answer's ids, each batch a list of ids. */
function compare(lines: readonly (readonly Uuid[])[], batches: readonly (readonly Uuid[])[], apartMs = HOUR_MS) {
  const witness = new Witness();
  lines.forEach((ids, index) => witness.addLine(index + 1, ids));
  const during = batches.flatMap((ids, index) => witness.addBatch(`batch ${index + 1}`, index * apartMs, ids));
  const { findings, summary } = witness.end();
  return { findings: [...during, ...findings].map(({ code, batch, expected }) => `${code} ${batch} ${/[0-9a-f]+(?= in)/.exec(expected)?.[0] ?? ''}`), summary };
}
const one = (n: number): readonly Uuid[] => [idOf(n)];
const code = (name: string, where: string, n: number) => `${name} ${where} ${idOf(n).slice(-12)}`;

describe('a line of the request log', () => {
  it('stands for all the events of its answer', () => {
    expect(loggedIds(logLine(idOf(1), 1))).toEqual([idOf(1)]);
    expect(loggedIds(logLine(idOf(1), 3))).toEqual(answerIds(idOf(1), 3));
    expect(new Set(answerIds(idOf(1), 200)).size).toBe(200);
  });

  it.each([
    ['START RequestId: 8a7d'],
    ['{'],
    ['null'],
    ['{"auditId":"x","auditEvents":1}'],
    [logLine(idOf(1), 1).replace('"auditEvents":1', '"auditEvents":"1"')],
    [logLine(idOf(1), 0)],
    [logLine(idOf(1), 1.5)],
    [logLine(idOf(1), 1e9)],
    [JSON.stringify({ auditEvents: 1 })],
  ])('stands for none when it is %s', (line) => {
    expect(loggedIds(line)).toEqual([]);
  });
});

describe('the witness', () => {
  it('has nothing to say when every logged event is exported and every exported one logged', () => {
    const ids = [1, 2, 3, 4].map(one);
    expect(compare(ids, ids)).toEqual({ findings: [], summary: { logged: 4, matched: 4, tooNew: 0, notCovered: 0 } });
  });

  it('names an event that was logged and is in no batch, when later ones are', () => {
    const { findings, summary } = compare([1, 2, 3, 4].map(one), [1, 3, 4].map(one));
    expect(findings).toEqual([code('logged_not_exported', 'line 2', 2)]);
    expect(summary).toMatchObject({ logged: 4, matched: 3, tooNew: 0 });
  });

  it('names one missing event of an answer with several', () => {
    const ids = answerIds(idOf(1), 3);
    const { findings } = compare([ids, one(2), one(3)], [ids.toSpliced(1, 1), one(2), one(3)]);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatch(/^logged_not_exported line 1/);
  });

  it('does not say of the last lines that they are missing, for they may be on their way', () => {
    const { findings, summary } = compare([1, 2, 3, 4].map(one), [1, 2].map(one));
    expect(findings).toEqual([]);
    expect(summary.tooNew).toBe(2);
    expect(compare([1, 9, 2].map(one), [1, 2].map(one)).summary.tooNew).toBe(1);
    expect(compare([1, 9, 2, 3].map(one), [1, 2, 3].map(one)).findings).toEqual([code('logged_not_exported', 'line 2', 9)]);
  });

  it('does not say so of what a transaction holds back that is still running', () => {
    // Read while the transaction ran, and logged before an answer that had begun before it.
    const [lines, batches] = [[1, 3, 2].map(one), [one(1), one(2), []]];
    expect(compare(lines, batches, HOUR_MS / 5).findings).toEqual([]);
    expect(compare(lines, [...batches, one(3)], HOUR_MS / 5).summary).toMatchObject({ matched: 3, tooNew: 0 });
    expect(compare(lines, batches).findings).toEqual([code('logged_not_exported', 'line 2', 3)]);
  });

  it('names an event that is between logged ones and was not logged itself', () => {
    const { findings, summary } = compare([1, 3].map(one), [one(1), one(2), one(3)]);
    expect(findings).toEqual([code('exported_not_logged', 'batch 2', 2)]);
    expect(summary.notCovered).toBe(0);
  });

  it('names one that shares a batch with logged ones, unless the log begins or ends there', () => {
    const batches = [[1, 91], [2, 92], [3, 93]].map((numbers) => numbers.map(idOf));
    const { findings, summary } = compare([1, 2, 3].map(one), batches);
    expect(findings).toEqual([code('exported_not_logged', 'batch 2', 92)]);
    expect(summary.notCovered).toBe(2);
  });

  it('claims nothing about what was exported before and after the log', () => {
    const { findings, summary } = compare([5, 6].map(one), [1, 2, 5, 6, 7, 8].map(one));
    expect(findings).toEqual([]);
    expect(summary).toEqual({ logged: 2, matched: 2, tooNew: 0, notCovered: 4 });
  });

  it('names exactly what was taken away, whatever was, from wherever within its reach', () => {
    const numbers = Array.from({ length: 20 }, (_, index) => index + 1);
    const inReach = fc.subarray(numbers.slice(1, -2));
    fc.assert(
      fc.property(inReach, inReach, (unexported, unlogged) => {
        const logged = numbers.filter((n) => !unlogged.includes(n));
        const exported = numbers.filter((n) => !unexported.includes(n) || unlogged.includes(n));
        const { findings } = compare(logged.map(one), exported.map(one));
        const missing = logged.filter((n) => !exported.includes(n)).map((n) => code('logged_not_exported', `line ${logged.indexOf(n) + 1}`, n));
        const extra = unlogged.map((n) => code('exported_not_logged', `batch ${exported.indexOf(n) + 1}`, n));
        expect(findings.toSorted()).toEqual([...missing, ...extra].toSorted());
      }),
    );
  });

  it('forgets nothing of a long silence of the log but its length', () => {
    const silence = Array.from({ length: 12_000 }, (_, index) => idOf(index + 10));
    const { findings, summary } = compare([1, 2].map(one), [one(1), silence, one(2)]);
    expect(findings).toHaveLength(10_000);
    expect(summary.notCovered).toBe(0);
  });
});

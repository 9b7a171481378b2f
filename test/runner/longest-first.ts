import { join } from 'node:path';
import TestSequencer from '@jest/test-sequencer';

/** The longest, in order, measured on 2 cores: they synthesize, start programs, or weaken templates a thousand times. */
const LONGEST = [
  'gate/whole-app',
  'compliance/policy-weakenings',
  'local/start',
  'compliance/weakenings',
  'lambda/audit-signals/audit-signals',
  'bin/review',
  'compliance/deletions',
  'lambda/bundles',
  'probes/crash',
  'lambda/records-bundle',
  'bin/evidence',
  'bin/verify',
  'lambda/key-rotation/rotate',
  'probes/audit-exporter-crash',
  'gate/open-finding',
  'lambda/migrate/runner',
].map((name) => join(__dirname, '..', `${name}.test.ts`));

/**
 * Jest's `testSequencer`: the longest files first. Jest does so by the durations of earlier runs, and by the size of files where there were
 * none, as in a clean clone: then the run would end with one worker at work on a short file that takes a minute.
 */
export default class LongestFirst extends TestSequencer {
  override async sort(tests: Parameters<TestSequencer['sort']>[0]): Promise<Awaited<ReturnType<TestSequencer['sort']>>> {
    const sorted = [...(await super.sort(tests))];
    if (sorted.some(({ duration }) => duration !== undefined)) return sorted;
    const rank = (path: string): number => (LONGEST.includes(path) ? LONGEST.indexOf(path) : LONGEST.length);
    return sorted.sort((one, other) => rank(one.path) - rank(other.path));
  }
}

import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../bin/game-day';
import { ASSEMBLY_FOLDER } from '../support/assembly';

async function gameDay(...args: readonly string[]) {
  const [out, complaints]: [string[], string[]] = [[], []];
  const code = await main(args, { print: (text) => out.push(text), complain: (text) => complaints.push(text) });
  return { code, out: out.join(''), complaint: complaints.join('') };
}

describe('npm run game-day', () => {
  it('drills each containment and its restore, as a dry run first, with the command of the real one', async () => {
    const { code, out } = await gameDay('--env', 'staging', '--folder', ASSEMBLY_FOLDER);
    expect(code).toBe(0);
    expect(out).toContain(
      `stateMachine:staging-contain-isolate-function --input '{"incidentId":"drill-1","functionName":"records","dryRun":true}'`,
    );
    expect([...out.matchAll(/^ {4}(\w+):/gm)].map(([, outcome]) => outcome).filter((outcome) => outcome === 'described')).toHaveLength(16);
    expect([...out.matchAll(/^ {4}restored:/gm)]).toHaveLength(5);
    expect([...out.matchAll(/^ {4}contained:/gm)]).toHaveLength(11);
  });

  it('fails when one does not come back', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'game-day-'));
    try {
      const assembly = join(folder, 'assembly-prod');
      mkdirSync(assembly);
      const file =
        readdirSync(join(ASSEMBLY_FOLDER, 'assembly-prod')).find(
          (name) => name.startsWith('prodResponse') && name.endsWith('.template.json'),
        ) ?? '';
      cpSync(join(ASSEMBLY_FOLDER, 'assembly-prod', file), join(assembly, file));
      const text = readFileSync(join(assembly, file), 'utf8');
      const broken = text
        .replaceAll('lambda:deleteFunctionConcurrency', 'lambda:getFunctionConcurrency')
        .replaceAll('$prior.reserved != null', '$prior.reserved = -1');
      expect(broken).not.toBe(text);
      writeFileSync(join(assembly, file), broken);
      const { code, out } = await gameDay('--env', 'prod', '--folder', folder);
      expect([code, out.includes('ReadBackDiffers')]).toEqual([1, true]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each([
    [],
    ['--env'],
    ['--env', 'test'],
    ['--env', 'prod', '--folder'],
    ['--env', 'prod', '--force', 'x'],
    ['--env', 'prod', '--folder', 'x', 'y'],
  ])('takes %j for wrong usage', async (...args: string[]) => {
    const { code, complaint } = await gameDay(...args);
    expect([code, complaint.includes('Usage:')]).toEqual([2, true]);
  });

  it('says what to do when there are no templates', async () => {
    const { code, complaint } = await gameDay('--env', 'prod', '--folder', '/nowhere');
    expect([code, complaint]).toEqual([2, 'There are no templates of prod in /nowhere. Run `npm run synth` first.\n']);
  });
});

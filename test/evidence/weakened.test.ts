import { readAssembly } from '../../lib/compliance/assembly';
import { CHECKS } from '../../lib/compliance/catalogue';
import { readFieldAccess } from '../../lib/compliance/field-access';
import type { EnvironmentModel } from '../../lib/compliance/model/environment';
import { runChecks } from '../../lib/compliance/run-checks';
import { gather } from '../../lib/evidence/gather';
import { packOf } from '../../lib/evidence/pack';
import type { PackFile } from '../../lib/evidence/pack-file';
import { ASSEMBLY_FOLDER } from '../support/assembly';
import { parsed, PROVENANCE } from '../support/small-evidence';
import { changed, modelOf } from '../support/weakening';

const DAY = '2026-11-27T00:00:00.000Z';

function packFor(model: EnvironmentModel): ReadonlyMap<string, PackFile> {
  const input = gather(readAssembly(ASSEMBLY_FOLDER), model, runChecks(model, CHECKS, DAY.slice(0, 10)), readFieldAccess(ASSEMBLY_FOLDER, model), { ...PROVENANCE, generatedAt: DAY });
  return new Map(packOf(input).files.map((file) => [file.path, file]));
}

const statusOf = (pack: ReadonlyMap<string, PackFile>, citation: string): string =>
  parsed(pack, 'controls.json').securityRule.find((row: { citation: string }) => row.citation === `45 CFR ${citation}`).status;

describe('the pack of prod', () => {
  const pack = packFor(modelOf('prod'));

  test('has no fail, nothing unread, and a verdict on every resource', () => {
    const { results, rows } = parsed(pack, 'checks.json');
    expect(results).toMatchObject({ fail: 0, error: 0 });
    const judged = new Set(rows.map(({ stack, logicalId }: { stack: string; logicalId: string }) => `${stack}/${logicalId}`));
    expect(modelOf('prod').all.filter(({ name }) => !judged.has(name)).map(({ name }) => name)).toEqual([]);
  });

  test('records the context that the synthesis had', () => {
    expect(parsed(pack, 'manifest.json').context).toMatchObject({ 'aws:cdk:enable-path-metadata': true });
  });

  test('can read every table', () => {
    const tables = [...pack.values()].filter(({ path }) => path.startsWith('matrices/'));
    expect(tables).toHaveLength(6);
    for (const { path, text } of tables) {
      expect([path, text.includes('cannot tell')]).toEqual([path, false]);
      expect([path, text.split('\r\n').length > 5]).toEqual([path, true]);
    }
  });

  test('takes every exception for one in force, and finds a citation outside the catalogue nowhere', () => {
    expect(parsed(pack, 'waivers.json').waivers.filter(({ faults }: { faults: string[] }) => faults.length > 0)).toEqual([]);
    expect(parsed(pack, 'controls.json').citationsOutsideTheCatalogue).toEqual([]);
  });

  test('says of the entries whose safeguard is weakened that they are not satisfied', () => {
    const weak = packFor(changed('prod', (draft) => draft.set('AWS::RDS::DBInstance', '', 'StorageEncrypted', false)));
    expect([statusOf(pack, '164.312(a)(2)(iv)'), statusOf(weak, '164.312(a)(2)(iv)')]).toEqual(['waived', 'not-satisfied']);
    expect(parsed(weak, 'addressable-decisions.json').decisions.find(({ citation }: { citation: string }) => citation === '45 CFR 164.312(a)(2)(iv)')).toMatchObject({
      decision: 'undecided', isRecordMissing: true,
    });
    expect(parsed(weak, 'results.sarif').runs[0].results.map(({ ruleId }: { ruleId: string }) => ruleId)).toContain('hard/databases-are-encrypted');
    expect(weak.get('junit.xml')?.text).toMatch(/classname="hard\/databases-are-encrypted" name="prod-Data\/DatabaseInstance[0-9A-F]{8}"><failure/);
  });
});

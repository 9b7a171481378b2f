import { BECAUSE, HOSTILE, parsed, SMALL_FIELD_ACCESS, smallInput, smallPack } from '../support/small-evidence';
import { cellsOf } from '../support/csv';
import type { EvidenceInput } from '../../lib/evidence/gather';
import { packOf } from '../../lib/evidence/pack';
import type { PackFile } from '../../lib/evidence/pack-file';
import { sha256 } from '../../lib/evidence/sha256';

const pack = smallPack();
const csv = (path: string): readonly (readonly string[])[] => cellsOf(pack.get(path)?.text ?? '');
const lineOf = (path: string, first: string): readonly string[] | undefined => csv(path).find(([cell]) => cell === first);

describe('checks.json', () => {
  const { results, rows } = parsed(pack, 'checks.json');
  const of = (ruleId: string): Record<string, string>[] => rows.filter((row: { ruleId: string }) => row.ruleId === ruleId);

  test('counts every row by its result', () => {
    expect(results).toEqual({ pass: 3, fail: 1, waived: 2, error: 2, na: rows.length - 8 });
  });

  test('has a row for each resource that a check judged, the passes included', () => {
    expect(of('strength/buckets-keep-versions').map(({ logicalId, result }) => `${logicalId} ${result}`)).toEqual(['Logs waived', 'Open fail', 'Records pass']);
  });

  test('says why there was nothing to judge, and what could not be read', () => {
    expect(of('deploy/nothing-is-there')).toMatchObject([{ result: 'na', logicalId: '', message: 'the templates hold no AWS::SQS::Queue' }]);
    expect(of('access/nobody-knows')).toMatchObject([{ result: 'error', message: 'cannot tell whether all is well: a parameter decides' }]);
  });

  test('joins the verdicts of the published pack with the resources and their exceptions, and leaves those of other environments out', () => {
    expect(of('HIPAA.Security-S3BucketReplicationEnabled').map(({ logicalId, result, waiverId }) => [logicalId, result, waiverId])).toEqual([
      ['Logs', 'waived', 'prod-Small/Logs/S3BucketReplicationEnabled'],
      ['Open', 'error', undefined],
    ]);
  });

  test('lists a rule of the published pack that judged nothing once, as not applicable', () => {
    expect(of('HIPAA.Security-DMSReplicationNotPublic')).toMatchObject([{ result: 'na', logicalId: '' }]);
  });
});

describe('controls.json', () => {
  const { share, securityRule, breachNotificationRule, privacyRule, proposed, citationsOutsideTheCatalogue } = parsed(pack, 'controls.json');
  const control = (citation: string): Record<string, unknown> => securityRule.find((row: { citation: string }) => row.citation === `45 CFR ${citation}`);

  test('has the 78 entries of the Security Rule, and the others apart', () => {
    expect([securityRule, breachNotificationRule, privacyRule, proposed.entries].map(({ length }) => length)).toEqual([78, 18, 11, 34]);
    expect(share).toMatchObject({ entries: 78, full: 4, partial: 37, process: 37, processPercent: 47 });
  });

  test.each([
    ['164.312(c)(1)', 'not-satisfied', { pass: 2, fail: 1, waived: 1, error: 0, na: 1 }],
    ['164.312(a)(1)', 'error', { pass: 0, fail: 0, waived: 0, error: 1 }],
    ['164.308(a)(7)(ii)(A)', 'error', { waived: 1, error: 1 }],
    ['164.312(a)(2)(iv)', 'satisfied', { pass: 1, fail: 0 }],
    ['164.312(d)', 'not-evaluated', { pass: 0, na: 1 }],
    ['164.308(a)(5)(i)', 'process', { pass: 0 }],
  ])('gives %s the status %s', (citation, status, checks) => {
    expect(control(citation)).toMatchObject({ status, checks });
  });

  test('shows what the catalogue takes for evidence as the template has it', () => {
    expect(control('164.312(c)(1)')['evidenceRefs']).toContainEqual({
      resourceType: 'AWS::S3::Bucket', stack: 'prod-Small', logicalId: 'Records', property: 'VersioningConfiguration.Status', value: 'Enabled',
      expect: 'Enabled', result: 'shown',
    });
  });

  test('never prints a status of a partial entry without what is still needed beside it', () => {
    const bare = securityRule.filter((row: { verifiability: string; openRuntimeEvidence: unknown[]; openProcessEvidence: unknown[]; evidenceRefs: unknown[] }) =>
      row.verifiability === 'process' && row.openRuntimeEvidence.length + row.openProcessEvidence.length === 0);
    expect(bare.map((row: { citation: string }) => row.citation)).toEqual([]);
  });

  test('names a citation that the catalogue does not hold', () => {
    expect(citationsOutsideTheCatalogue).toEqual(['164.999(z)']);
  });

  test('has the same entries in its CSV', () => {
    expect(lineOf('controls.csv', 'hipaa-164.312-c-1')?.slice(5, 13)).toEqual(['required', 'partial', 'not-satisfied', '2', '1', '1', '0', '1']);
    expect(csv('controls.csv')).toHaveLength(1 + 78 + 18 + 11);
  });
});

describe('waivers.json', () => {
  test('is the register of the templates, joined with the validation report', () => {
    const { inForce, waivers } = parsed(pack, 'waivers.json');
    expect(inForce).toBe(2);
    expect(waivers[0]).toMatchObject({
      id: 'prod-Small/Logs/S3BucketReplicationEnabled', pack: 'HIPAA.Security', designation: 'required', faults: [],
      source: { file: 'lib/shared/secure-bucket.ts', line: 127 },
    });
    expect(waivers[1]).toMatchObject({ pack: 'Baseline', property: 'VersioningConfiguration.Status', because: BECAUSE, faults: [] });
    expect(csv('waivers.csv')).toHaveLength(3);
  });

  test('accepts nothing once it has expired at the time of the pack', () => {
    const late = smallPack({ generatedAt: '2027-01-01T00:00:00.000Z' });
    const faults = parsed(late, 'waivers.json').waivers.map((waiver: { faults: string[] }) => waiver.faults.join('; '));
    expect(faults).toEqual(['expired on 2027-01-01', expect.stringContaining('expired on 2027-01-01')]);
    expect(parsed(late, 'checks.json').results).toMatchObject({ waived: 0, fail: 3 });
  });
});

describe('an exception that the two records do not agree on', () => {
  const input = smallInput();
  const packed = (more: Partial<EvidenceInput>): ReadonlyMap<string, PackFile> => new Map(packOf({ ...input, ...more }).files.map((file) => [file.path, file]));
  const faultsOf = (made: ReadonlyMap<string, PackFile>): string[] => parsed(made, 'waivers.json').waivers.flatMap(({ faults }: { faults: string[] }) => faults);

  test('accepts nothing when the validation report has not suppressed it', () => {
    const made = packed({ acceptances: [] });
    expect(faultsOf(made)).toEqual(['is not in the validation report']);
    expect(parsed(made, 'checks.json').results).toMatchObject({ fail: 2, waived: 1 });
  });

  test('accepts nothing when the finding is gone', () => {
    expect(faultsOf(packed({ packVerdicts: input.packVerdicts.filter(({ verdict }) => verdict === 'Compliant') }))).toEqual(['accepts a finding that there is not']);
  });

  test('is listed, and accepts nothing, when no template explains it', () => {
    const [acceptance] = input.acceptances;
    if (!acceptance) throw new Error('The small assembly has an acceptance.');
    const made = packed({ acceptances: [...input.acceptances, { ...acceptance, path: 'prod/Small/Open/Resource', rule: `${acceptance.rule}[All of it]` }] });
    expect(faultsOf(made)).toEqual(['stands in the validation report, and not in the template of its resource']);
    expect(parsed(made, 'checks.json').results).toMatchObject({ waived: 2, error: 2 });
  });
});

describe('inventory.json', () => {
  test('says of each resource where it stands', () => {
    const { rows } = parsed(pack, 'inventory.json');
    expect(rows.find(({ logicalId }: { logicalId: string }) => logicalId === 'Records')).toEqual({
      stack: 'prod-Small', logicalId: 'Records', type: 'AWS::S3::Bucket', service: 'Amazon S3', eligible: 'true', classification: 'phi', owner: '',
      encryptionKey: 'prod-Small/Key', networkTier: '', exposure: '', backupPlan: 'prod-Small/Plan', logDestination: 'prod-Small/Logs', retention: '',
    });
  });

  test('keeps a hostile name in one cell of its CSV, and makes no formula of it', () => {
    const open = csv('inventory.csv').find(([, logicalId]) => logicalId === 'Open');
    expect(open?.[5]).toBe(`'${HOSTILE}`);
  });
});

describe('the other files', () => {
  test('eligible-services.json counts types by namespace, and says how old the list is', () => {
    const { listDate, staleness, services } = parsed(pack, 'eligible-services.json');
    expect([listDate, staleness]).toEqual(['2026-05-22', 'recent']);
    expect(services.find(({ namespace }: { namespace: string }) => namespace === 'AWS::S3')).toMatchObject({ eligible: true, resources: { 'AWS::S3::Bucket': 3 } });
    expect(parsed(smallPack({ generatedAt: '2026-12-01T00:00:00.000Z' }), 'eligible-services.json').staleness).toMatch(/^old/);
  });

  test('addressable-decisions.json has the 22, and says which nobody has decided', () => {
    const { decisions, recordsMissing } = parsed(pack, 'addressable-decisions.json');
    expect(decisions).toHaveLength(22);
    expect(recordsMissing).toBe(21);
    expect(decisions.find(({ decision }: { decision: string }) => decision === 'implemented')).toMatchObject({ citation: '45 CFR 164.312(a)(2)(iv)', passingRules: ['access/keys-turn'] });
  });

  test('detections.json says what is noticed, and who is told', () => {
    expect(parsed(pack, 'detections.json').detections).toEqual([
      {
        id: 'Refused', kind: 'alarm over log lines', description: 'Refused. Evidence for 164.312(b).', source: 'prod-Small/Lines', pattern: '{ $.event = "refused" }',
        threshold: 'Sum GreaterThanThreshold 3 in 1 x 60 seconds', citations: ['164.312(b)'], runbook: 'docs/runbook.md#refused', tells: ['prod-Small/Topic'],
        stack: 'prod-Small', logicalId: 'Alarm',
      },
    ]);
  });

  test('dataflow.json has the pictures as nodes and arrows', () => {
    const { pictures } = parsed(pack, 'dataflow.json');
    expect(pictures.map(({ title }: { title: string }) => title)).toEqual(['Network path', 'Data and keys', 'Evidence flow', 'Detection']);
    const [, keys] = pictures;
    expect(keys.nodes).toContainEqual({ id: 'Small_Records', lines: ['Records', 'S3 bucket, phi'], stack: 'Small', zone: 'services' });
    expect(keys.edges).toContainEqual({
      from: 'Small_Records', to: 'Small_Key', what: '', protocol: 'AES-256 at rest', encrypted: 'yes', evidence: 'prod-Small/Records names Key',
    });
  });

  test('field-access.json has the table of the assembly, and says so where there is none', () => {
    expect(parsed(pack, 'field-access.json').rows).toEqual(SMALL_FIELD_ACCESS);
    expect(pack.get('report.html')?.text).toContain('<td>patient.ssn</td><td>identity</td><td>encrypted</td><td>write at creation, search</td><td>none</td>');
    const without = new Map(packOf({ ...smallInput(), fieldAccess: undefined }).files.map((file) => [file.path, file]));
    expect(parsed(without, 'field-access.json')).toEqual({ rows: [], source: 'the cloud assembly has no such table' });
    expect(without.get('report.html')?.text).toContain('The assembly has no such table.');
  });

  test('runtime-evidence.md lists what is still to be exported and kept, by entry', () => {
    const text = pack.get('runtime-evidence.md')?.text ?? '';
    expect(text).toContain('### 45 CFR 164.308(a)(5)(i) Security awareness and training (required)');
    expect(text).toContain('- export from application audit events: FHIR AuditEvent per patient-record access');
    expect(text).not.toMatch(/nprm/);
  });

  test('manifest.json lists every other file with its hash', () => {
    const { files, stacks, git } = parsed(pack, 'manifest.json');
    expect(files.map(({ path }: { path: string }) => path)).toEqual([...pack.keys()].filter((path) => path !== 'manifest.json').sort());
    for (const { path, sha256: hash, bytes } of files) expect([path, hash, bytes]).toEqual([path, sha256(pack.get(path)?.text ?? ''), Buffer.byteLength(pack.get(path)?.text ?? '')]);
    expect(stacks).toMatchObject([{ name: 'prod-Small', resourceCount: 13 }]);
    expect(git).toEqual({ commit: 'c0ffee', isDirty: false });
  });
});

test('another commit on another day changes nothing but what says where a pack comes from', () => {
  const later = smallPack({ commit: 'decade', generatedAt: '2026-07-01T00:00:00.000Z', isDirty: true });
  const differing = [...pack].filter(([path, { text }]) => later.get(path)?.text !== text).map(([path]) => path);
  expect(differing.filter((path) => !path.startsWith('oscal/')).sort()).toEqual(['manifest.json', 'ocsf.jsonl', 'report.html']);
});

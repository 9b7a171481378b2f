import { parsed, smallPack } from '../support/small-evidence';

interface Place {
  readonly artifactLocation: { readonly uri: string };
  readonly region: { readonly startLine: number };
}

const pack = smallPack();

describe('results.sarif', () => {
  const [{ results, tool }] = parsed(pack, 'results.sarif').runs;

  test('has what fails and what could not be read, each with a place in the sources', () => {
    const told = results.map(({ ruleId, level, locations }: { ruleId: string; level: string; locations: { physicalLocation: Place }[] }) => [
      ruleId, level, locations[0]?.physicalLocation.artifactLocation.uri, locations[0]?.physicalLocation.region.startLine,
    ]);
    expect(told).toEqual([
      ['access/nobody-knows', 'warning', 'bin/app.ts', 1],
      ['strength/buckets-keep-versions', 'error', 'lib/shared/secure-bucket.ts', 51],
      ['HIPAA.Security-S3BucketReplicationEnabled', 'warning', 'lib/shared/secure-bucket.ts', 51],
    ]);
  });

  test('names each rule once, and its results point at it', () => {
    const ids = tool.driver.rules.map(({ id }: { id: string }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { ruleId, ruleIndex } of results) expect(ids[ruleIndex]).toBe(ruleId);
  });

  test('gives each result a fingerprint of its rule and construct, whatever the message', () => {
    const prints = results.map(({ partialFingerprints }: { partialFingerprints: Record<string, string> }) => partialFingerprints['ruleAndConstruct/v1']);
    expect(new Set(prints).size).toBe(prints.length);
    expect(prints[0]).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('ocsf.jsonl', () => {
  const events = (pack.get('ocsf.jsonl')?.text ?? '').trimEnd().split('\n').map((line) => JSON.parse(line));
  const of = (control: string, resource: string) => events.find(({ compliance, resources: [{ name }] }) => compliance.control === control && name === resource);

  test('has a Compliance Finding for each verdict but those that judged nothing, each with an identifier of its own', () => {
    const { results } = parsed(pack, 'checks.json');
    expect(events).toHaveLength(results.pass + results.fail + results.waived + results.error);
    expect(events.filter(({ class_uid, type_uid, category_uid }) => class_uid !== 2003 || type_uid !== 200301 || category_uid !== 2)).toEqual([]);
    expect(new Set(events.map(({ finding_info: { uid } }) => uid)).size).toBe(events.length);
  });

  test('keeps a pass, a fail, an accepted fail and what could not be read apart', () => {
    const versions = 'strength/buckets-keep-versions';
    expect(of(versions, 'prod-Small/Records')).toMatchObject({ status_id: 4, compliance: { status: 'Pass', requirements: ['164.312(c)(1)'] } });
    expect(of(versions, 'prod-Small/Open')).toMatchObject({ status_id: 1, severity_id: 4, compliance: { status: 'Fail' } });
    expect(of(versions, 'prod-Small/Logs')).toMatchObject({ status_id: 3, compliance: { status: 'Fail' }, comment: expect.stringContaining('exception prod-Small/Logs/') });
    expect(of('access/nobody-knows', 'prod')).toMatchObject({ status_id: 1, compliance: { status: 'Warning' } });
  });
});

describe('junit.xml', () => {
  const text = pack.get('junit.xml')?.text ?? '';

  test('counts a suite for each pack, as checks.json does', () => {
    const { results } = parsed(pack, 'checks.json');
    const [whole] = /<testsuites [^>]*>/.exec(text) ?? [];
    const total = Object.values(results as Record<string, number>).reduce((sum, count) => sum + count, 0);
    expect(whole).toBe(`<testsuites tests="${total}" failures="1" errors="2" skipped="${2 + results.na}">`);
    expect(text.match(/<testsuite name="[^"]*"/g)).toEqual(['<testsuite name="Baseline"', '<testsuite name="HIPAA.Security"']);
    expect(text.match(/<testcase /g)).toHaveLength(total);
  });

  test('skips what is accepted with the name of the exception, and keeps errors apart from failures', () => {
    expect(text).toContain('<testcase classname="HIPAA.Security-S3BucketReplicationEnabled" name="prod-Small/Logs"><skipped message="exception prod-Small/Logs/S3BucketReplicationEnabled"/></testcase>');
    expect(text).toContain('<testcase classname="access/nobody-knows" name="the environment"><error message="cannot tell whether all is well: a parameter decides"/></testcase>');
    expect(text).toContain('<testcase classname="strength/buckets-keep-versions" name="prod-Small/Records"/>');
  });

  test('holds a hostile value as text, without what XML does not know', () => {
    expect(text).toContain('VersioningConfiguration.Status: =1+1,&quot;&lt;img src=x onerror=alert(1)&gt;');
    expect(text).toContain('\\u202e');
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]|<img/);
  });
});

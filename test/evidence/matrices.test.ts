import { filled } from '../../lib/evidence/matrix';
import { MATRICES } from '../../lib/evidence/matrices/all';
import { CannotTell } from '../../lib/compliance/verdict';
import { cellsOf } from '../support/csv';
import { smallInput, smallPack } from '../support/small-evidence';

const pack = smallPack();
const rowsOf = (name: string): readonly string[] => cellsOf(pack.get(`matrices/${name}.csv`)?.text ?? '').slice(1).map((cells) => cells.join(' | '));

test('encryption: a store with its key, one without, and what the policy of a bucket refuses', () => {
  const rows = rowsOf('encryption');
  expect(rows).toContain('at rest | prod-Small/Records | AWS::S3::Bucket | phi | objects | AWS KMS, AES-256 | prod-Small/Key | 164.312(a)(2)(iv) | addressable | implemented');
  expect(rows).toContain(
    'at rest | prod-Small/Logs | AWS::S3::Bucket | audit | objects | S3 (AES-256 under keys of S3) |  | 164.312(a)(2)(iv) | addressable | implemented',
  );
  expect(rows).toContain('at rest | prod-Small/Topic | AWS::SNS::Topic |  | messages | no customer key named |  | 164.312(a)(2)(iv) | addressable | none in the template');
  expect(rows).toContain('on the way | prod-Small/Records | AWS::S3::Bucket | phi | requests to the bucket |  |  | 164.312(e)(2)(ii) | addressable | none in the template');
});

test('logging: who tells, who keeps, and for how long', () => {
  const rows = rowsOf('logging');
  expect(rows).toContain('prod-Small/Records | AWS::S3::Bucket | phi | keeps PHI | prod-Small/Logs |  |  | prod-Small/Key');
  expect(rows).toContain('prod-Small/Logs | AWS::S3::Bucket | audit | keeps access logs |  |  |  | none named (AES-256 under keys of S3)');
  expect(rows).toContain('prod-Small/Lines | AWS::Logs::LogGroup |  | keeps operational lines |  | 2192 days |  | prod-Small/Key');
});

test('backup: each rule that takes a store in, and a store that none does', () => {
  const rows = rowsOf('backup');
  expect(rows).toContain(
    'prod-Small/Records | AWS::S3::Bucket | phi | prod-Small/Plan | prod-Small/Selection | daily, the default | false | recovery point | prod-Small/Vault | us-east-1 | 35 |  | prod-Small/Key',
  );
});

test('access: who can come to do what', () => {
  // How an environment of one stack is named is not this table's business.
  const rows = rowsOf('access').map((row) => row.replaceAll('prod-', ''));
  expect(rows).toContain('Small/Records | AWS::S3::Bucket | Small/Role | read | s3:GetObject | ');
});

test('entry points: how a role is taken on', () => {
  expect(rowsOf('entry-points')).toEqual([
    'prod-Small/Role | AWS::IAM::Role | role to be assumed | AWS arn:aws:iam::111122223333:root | signed call | required | 3600 seconds, the default',
  ]);
});

test('ports: what a group opens, and to whom', () => {
  expect(rowsOf('ports')).toEqual(['prod-Small/Group |  | in | tcp | 443 | 0.0.0.0/0 | prod-Small/Group']);
});

test('a table that meets something unreadable says so, and is never taken for an empty one', () => {
  const [first] = MATRICES;
  if (!first) throw new Error('There are tables.');
  const rowsOfNothing = (): never => {
    throw new CannotTell('a parameter decides');
  };
  const { rows } = filled({ ...first, rowsOf: rowsOfNothing }, smallInput().environment);
  expect(rows).toEqual([['cannot tell: a parameter decides', ...Array<string>(first.columns.length - 1).fill('')]]);
});

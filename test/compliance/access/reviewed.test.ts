import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parseReviewed, renderReviewed, reviewedRowsFor, toReviewed } from '../../../lib/compliance/access/reviewed';
import { accessRowsOf, keyOf, type AccessRow } from '../../../lib/compliance/access/rows';
import { EnvironmentModel } from '../../../lib/compliance/model/environment';
import { copyOfRepository, runProgram } from '../../support/command';
import { ASSEMBLY_FOLDER } from '../../support/assembly';
import { changed, modelOf } from '../../support/weakening';
import { environmentOf } from '../../support/tiny-environment';
import { verdictOn } from '../../support/verdicts';

const ID = 'access/access-is-as-reviewed';
const LIST = join(__dirname, '..', '..', '..', 'lib', 'compliance', 'access', 'reviewed-access.json');

const word = fc.constantFrom('a', 'b', 'c d', 'kms:Decrypt', 'kms:GenerateDataKey*', 's3:GetObject', 'all but s3:Get*, s3:Put*', '*');
const row = fc.record<AccessRow>({
  principal: word,
  effect: fc.constantFrom('may', 'never', 'at most'),
  action: word,
  store: word,
  conditions: fc.uniqueArray(word, { maxLength: 2 }).map((each) => each.sort()),
});

describe('the reviewed list', () => {
  it('gives back exactly the rows that it was made of, for each environment', () => {
    fc.assert(
      fc.property(fc.array(row), fc.array(row), (prod, dev) => {
        const { common, only } = parseReviewed(
          JSON.parse(
            renderReviewed(
              toReviewed(
                new Map([
                  ['prod', prod],
                  ['dev', dev],
                ]),
              ),
            ),
          ),
        );
        const rowsOf = (name: string) =>
          [common, only[name] ?? {}].flatMap((part) =>
            Object.entries(part).flatMap(([principal, groups]) =>
              groups.flatMap(({ effect, actions, stores, conditions }) =>
                actions.flatMap((action) => stores.map((store) => keyOf({ principal, effect, action, store, conditions }))),
              ),
            ),
          );
        for (const [name, rows] of [
          ['prod', prod],
          ['dev', dev],
        ] as const)
          expect([...new Set(rowsOf(name))].sort()).toEqual([...new Set(rows.map(keyOf))].sort());
      }),
    );
  });

  it('says of the three environments what their templates say, and is written as the command writes it', () => {
    const rows = new Map((['dev', 'staging', 'prod'] as const).map((name) => [name, [...accessRowsOf(modelOf(name)).values()]]));
    expect(renderReviewed(toReviewed(rows))).toBe(readFileSync(LIST, 'utf8'));
    expect([...reviewedRowsFor('prod').keys()].sort()).toEqual([...accessRowsOf(modelOf('prod')).keys()]);
  });

  it('holds an environment that it does not know to production', () => {
    expect([...reviewedRowsFor('another').keys()]).toEqual([...reviewedRowsFor('prod').keys()]);
  });

  it('that is broken is no list', () => {
    expect(() => parseReviewed({})).toThrow('npm run access:record');
    expect(() => parseReviewed({ common: { a: [{ on: [] }] }, only: {} })).toThrow('npm run access:record');
    expect(() => parseReviewed({ common: { a: [{ may: 'x', on: [] }] }, only: {} })).toThrow('npm run access:record');
  });
});

describe(ID, () => {
  it('says what somebody may now do, to what, under which conditions, and what to do about it', () => {
    const more = changed('prod', (draft) => {
      draft.edit('AWS::IAM::ManagedPolicy', 'StaffOperatorPermissions', ({ PolicyDocument }) => {
        (PolicyDocument as { Statement: unknown[] }).Statement.push({
          Effect: 'Allow',
          Action: 's3:GetObject',
          Resource: 'arn:aws:s3:::x/*',
          Condition: { Bool: { 'aws:SecureTransport': 'true' } },
        });
      });
    });
    expect(verdictOn(ID, more)).toMatchObject({
      state: 'unmet',
      findings: [
        {
          stack: 'prod-Identity',
          property: 'Identity/StaffOperator',
          value: 'may s3:GetObject on arn:aws:s3:::x/* if Bool aws:SecureTransport = true',
          expected: expect.stringContaining('npm run access:record') as string,
        },
      ],
    });
  });

  it('says which denial is gone, at the resource where it stood', () => {
    const less = changed('prod', (draft) => {
      draft.edit('AWS::KMS::Key', 'KeysTrail', ({ KeyPolicy }) => {
        const document = KeyPolicy as { Statement: { Sid?: string; Action: string[] }[] };
        for (const statement of document.Statement.filter(({ Sid }) => Sid === 'DenyKeyLoss'))
          statement.Action = statement.Action.filter((action) => action !== 'kms:DisableKey');
      });
    });
    const verdict = verdictOn(ID, less);
    expect(verdict).toMatchObject({ state: 'unmet', findings: [{ stack: 'prod-Foundation', property: 'anyone', value: 'absent' }] });
    expect(verdict.state === 'unmet' && verdict.findings[0]?.logicalId).toMatch(/^KeysTrail/);
    expect(verdict.state === 'unmet' && verdict.findings[0]?.expected).toMatch(
      /^never kms:DisableKey on Foundation\/KeysTrail if ArnNotEquals aws:PrincipalArn = /,
    );
  });

  it('has nothing to say of templates that the list was not written for', () => {
    const role = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: { Statement: [] } } };
    expect(verdictOn(ID, environmentOf({ Role: role }))).toMatchObject({ state: 'notApplicable' });
    expect(verdictOn(ID, environmentOf({}))).toMatchObject({ state: 'notApplicable' });
  });

  it('judges the same templates under another name as production', () => {
    const { place, stacks } = modelOf('dev');
    expect(verdictOn(ID, new EnvironmentModel({ ...place, name: 'templates' }, stacks))).toMatchObject({ state: 'met' });
  });
});

describe('npm run access:record', () => {
  const copy = copyOfRepository();
  afterAll(() => {
    copy.remove();
  });

  it('writes the list that is committed', () => {
    const { exitCode, output } = runProgram(copy.folder, 'bin/access-record.ts', [ASSEMBLY_FOLDER]);
    expect({ exitCode, output }).toEqual({
      exitCode: 0,
      output: expect.stringMatching(/^Recorded who may do what \(rows: dev \d+, staging \d+, prod \d+\)/) as string,
    });
    expect(readFileSync(join(copy.folder, 'lib', 'compliance', 'access', 'reviewed-access.json'), 'utf8')).toBe(readFileSync(LIST, 'utf8'));
  });

  it.each([
    ['a folder that is not there', ['nowhere'], 'There is no nowhere'],
    ['templates of one environment alone', [join(ASSEMBLY_FOLDER, 'assembly-prod')], 'no named environment'],
    ['an option', ['--all'], 'Usage'],
  ])('refuses %s, and says how to use it', (_, options, message) => {
    const { exitCode, output } = runProgram(copy.folder, 'bin/access-record.ts', options);
    expect(exitCode).toBe(2);
    expect(output).toContain(message);
    expect(output).toContain('npm run access:record');
  });
});

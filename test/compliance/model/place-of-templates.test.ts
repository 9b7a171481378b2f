import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHECKS } from '../../../lib/compliance/catalogue';
import { accountOf, regionOf } from '../../../lib/compliance/model/place-of-templates';
import { readEnvironmentModels } from '../../../lib/compliance/model/read-templates';
import { runChecks } from '../../../lib/compliance/run-checks';
import { ASSEMBLY_FOLDER } from '../../support/assembly';

const ROLE = (account: string, region: string): string => `"arn:aws:iam::${account}:role/cdk-exec-role-${account}-${region}"`;

it('takes the account and the Region that templates name most', () => {
  const [home, away] = [
    `${ROLE('111122223333', 'us-east-1')} ${ROLE('111122223333', 'us-east-1')} "127311923021"`,
    ROLE('111122223333', 'us-west-2'),
  ];
  expect(accountOf([home, away])).toBe('111122223333');
  expect([home, away, '{}'].map((text) => regionOf(text, [home, away]))).toEqual(['us-east-1', 'us-west-2', 'us-east-1']);
});

it('takes any where none is named', () => {
  expect([accountOf(['{}']), regionOf('{}', ['{}'])]).toEqual(['111111111111', 'us-east-1']);
});

it('judges the templates of production alike when they lie in a folder without their manifest', () => {
  const [source, folder] = [join(ASSEMBLY_FOLDER, 'assembly-prod'), mkdtempSync(join(tmpdir(), 'templates-'))];
  try {
    for (const file of readdirSync(source).filter((name) => name.endsWith('.template.json')))
      cpSync(join(source, file), join(folder, file));
    const [model] = readEnvironmentModels([folder]);
    const results = model ? runChecks(model, CHECKS, '2026-11-27').results : [];
    expect(results.filter(({ passed }) => !passed).map(({ check }) => check.id)).toEqual([]);
    expect(results.length).toBe(CHECKS.length);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

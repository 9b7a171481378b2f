import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFieldAccess, type FieldAccess } from '../../lib/compliance/field-access';
import { compare } from '../../lib/review/compare';
import { FIELD_POLICY } from '../../lambda/records/policy';
import { ASSEMBLY_FOLDER } from '../support/assembly';
import { entriesOf, TODAY } from '../support/review';
import { changed, modelOf } from '../support/weakening';

const table = readFieldAccess(ASSEMBLY_FOLDER, modelOf('prod')) ?? [];
const rowOf = (field: string, role: string): FieldAccess | undefined => table.find((row) => `${row.resource}.${row.field}` === field && row.role === role);

describe('the table beside the handler', () => {
  test('has a row for each role and each field that the handler knows', () => {
    const fields = Object.values(FIELD_POLICY).reduce((sum, rules) => sum + Object.keys(rules).length, 0);
    expect(table).toHaveLength(fields * 4);
  });

  test('says what the handler decides by, refusals included', () => {
    expect(rowOf('patient.ssn', 'clinician')).toMatchObject({ read: false, write: ['creation'], search: true, dataClass: 'identity', stored: 'encrypted' });
    expect(rowOf('billing.payment_history', 'patient')).toMatchObject({ read: true, write: [], search: false });
    expect(rowOf('note.body', 'billing')).toMatchObject({ read: false, write: [], search: false });
  });
});

describe('reading it', () => {
  let folder: string;
  const place = (): string => join(folder, readdirSync(folder).find((name) => name.startsWith('asset.')) ?? '', 'field-access.json');
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'field-access-'));
    const asset = readdirSync(ASSEMBLY_FOLDER).find((name) => name.startsWith('asset.') && readdirSync(join(ASSEMBLY_FOLDER, name)).includes('field-access.json')) ?? '';
    mkdirSync(join(folder, asset));
    cpSync(join(ASSEMBLY_FOLDER, asset, 'field-access.json'), join(folder, asset, 'field-access.json'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test.each(['not JSON', '{}', '{"rows":[]}', '{"rows":[{"resource":"patient"}]}', '[1]'])('refuses %s, with what to do', (text) => {
    writeFileSync(place(), text);
    expect(() => readFieldAccess(folder, modelOf('prod'))).toThrow(/field-access\.json.*Run `npm run synth` again\./);
  });

  test('takes it from the asset of a function of the environment, and from nowhere else', () => {
    expect(readFieldAccess(folder, modelOf('prod'))).toEqual(table);
    const [hash = ''] = /[0-9a-f]{64}/.exec(place()) ?? [];
    const code = { S3Bucket: 'b', S3Key: `elsewhere/${hash}.zip` };
    expect(readFieldAccess(folder, changed('prod', (draft) => draft.set('AWS::Lambda::Function', 'RecordsApi', 'Code', code)))).toBeUndefined();
  });
});

describe('the review', () => {
  const change = (field: string, role: string, more: Partial<FieldAccess>): readonly FieldAccess[] => table.map((row) => (row === rowOf(field, role) ? { ...row, ...more } : row));
  const entries = (base: readonly FieldAccess[] | undefined, head: readonly FieldAccess[] | undefined): string[] => {
    const model = modelOf('prod');
    const other = changed('prod', (draft) => draft.set('AWS::Lambda::Function', 'RecordsApi', 'Description', 'other'));
    const tables = [[model, base], [other, head]] as const;
    const fieldAccess = new Map(tables.flatMap(([of, rows]) => (rows ? [[of, rows] as const] : [])));
    const review = compare([model], [other], { checks: [], today: TODAY, fieldAccess });
    return entriesOf(review, 'fields').map(({ weight, text }) => `${weight} ${text}`);
  };

  test.each<[string, Partial<FieldAccess>, string]>([
    ['reads', { read: true }, 'asks New: billing reads note.body'],
    ['writes', { write: ['change'] }, 'asks New: billing writes at change note.body'],
    ['searches', { search: true }, 'asks New: billing searches by note.body'],
  ])('asks for a reviewer when a role newly %s a field', (_, more, text) => {
    expect(entries(table, change('note.body', 'billing', more))).toEqual([text]);
    expect(entries(change('note.body', 'billing', more), table)).toEqual([text.replace('asks New', 'tells No longer')]);
  });

  test('asks for a reviewer when a field is no longer encrypted', () => {
    const plain = table.map((row) => (row.field === 'ssn' ? { ...row, stored: 'plain' } : row));
    expect(entries(table, plain)).toEqual(['asks patient.ssn is of class identity and stored plain; it was of class identity and stored encrypted']);
  });

  test('asks for a reviewer when the table is gone, tells when the base has none, and says nothing of two that are equal', () => {
    expect(entries(table, undefined)).toEqual([expect.stringMatching(/^asks The table .* is gone/)]);
    expect(entries(undefined, table)).toEqual(['tells The base has no table of roles and fields']);
    expect(entries(table, [...table])).toEqual([]);
    expect(entries(undefined, undefined)).toEqual([]);
  });
});

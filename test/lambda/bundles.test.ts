import { existsSync, readdirSync, statSync } from 'node:fs';
import * as path from 'node:path';
import { ADMINISTER_ENVIRONMENT } from '../../lambda/administer/contract';
import { AUDIT_EXPORTER_ENVIRONMENT } from '../../lambda/audit-exporter/contract';
import { AUDIT_SIGNALS_ENVIRONMENT } from '../../lambda/audit-signals/contract';
import { INCIDENT_CLOCKS_ENVIRONMENT } from '../../lambda/incident-clocks/contract';
import { INCIDENT_COORDINATOR_ENVIRONMENT } from '../../lambda/incident-coordinator/contract';
import { JWKS_REFRESHER_ENVIRONMENT } from '../../lambda/jwks-refresher/contract';
import { KEY_ROTATION_ENVIRONMENT } from '../../lambda/key-rotation/contract';
import { MIGRATE_ENVIRONMENT } from '../../lambda/migrate/contract';
import { RECORDS_ENVIRONMENT } from '../../lambda/records/contract';
import { SESSION_REVOKER_ENVIRONMENT } from '../../lambda/session-revoker/contract';
import { TRAIL_GUARDIAN_ENVIRONMENT } from '../../lambda/trail-guardian/contract';
import { FUNCTION_NAMES, withFunctionBundle, type FunctionName } from '../../lib/shared/function-bundles';
import { keepBundles, type BundleProcesses } from '../support/bundle-process';
import { SETTINGS } from '../support/coordination';
import { EXPECTED } from '../support/fake-trail';

/** The variables of every function's contract. */
const CONTRACTS: Readonly<Record<FunctionName, readonly string[]>> = {
  records: RECORDS_ENVIRONMENT,
  'jwks-refresher': JWKS_REFRESHER_ENVIRONMENT,
  migrate: MIGRATE_ENVIRONMENT,
  'default-security-group': [],
  'audit-exporter': AUDIT_EXPORTER_ENVIRONMENT,
  'key-rotation': KEY_ROTATION_ENVIRONMENT,
  administer: ADMINISTER_ENVIRONMENT,
  'trail-guardian': TRAIL_GUARDIAN_ENVIRONMENT,
  'incident-coordinator': INCIDENT_COORDINATOR_ENVIRONMENT,
  'incident-clocks': INCIDENT_CLOCKS_ENVIRONMENT,
  'session-revoker': SESSION_REVOKER_ENVIRONMENT,
  'audit-signals': AUDIT_SIGNALS_ENVIRONMENT,
};

/** Bytes at most, where size is latency that somebody waits for. */
const MOST_BYTES: Partial<Readonly<Record<FunctionName, number>>> = { records: 700_000, 'incident-coordinator': 1_000_000 };

const VALUES: Readonly<Record<string, string>> = {
  DATABASE_PORT: '5432',
  BUSINESS_HOURS: '13-22',
  EXPECTED_TRAIL: JSON.stringify(EXPECTED),
  CONTAINMENTS: JSON.stringify(SETTINGS.containments),
  KNOWN_ROLES: JSON.stringify(SETTINGS.roles),
  INCIDENT_DEFAULTS: JSON.stringify(SETTINGS.defaults),
};
const valueOf = (name: string): string => VALUES[name] ?? name;
const entriesOf = <Value>(table: Partial<Readonly<Record<FunctionName, Value>>>) => Object.entries(table) as [FunctionName, Value][];

let bundles: BundleProcesses;
beforeAll(() => {
  bundles = keepBundles(FUNCTION_NAMES);
});
afterAll(() => bundles.remove());

describe('the bundle of', () => {
  it.each(entriesOf(CONTRACTS))('%s starts with exactly the variables of its contract and exports a handler', async (name, variables) => {
    const environment = Object.fromEntries(variables.map((variable) => [variable, valueOf(variable)]));
    await expect(bundles.run(name, 'typeof bundle.handler', environment)).resolves.toEqual(['"function"']);
  });

  it.each(entriesOf(CONTRACTS).filter(([, variables]) => variables.length > 0))(
    '%s does not start without them, and names each',
    async (name, variables) => {
      await expect(bundles.run(name, '1', {})).resolves.toEqual([expect.stringContaining(variables.join(', ')) as string]);
    },
  );

  it.each(entriesOf(MOST_BYTES))('%s has at most %i bytes', (name, most) => {
    expect(statSync(path.join(bundles.folderOf(name), 'index.js')).size).toBeLessThanOrEqual(most);
  });

  it.each(FUNCTION_NAMES)('%s is its program, and the migrations or the table of roles and fields where it has one', (name) => {
    const more: Partial<Readonly<Record<FunctionName, readonly string[]>>> = { migrate: ['index.js', 'sql'], records: ['field-access.json', 'index.js'] };
    expect(readdirSync(bundles.folderOf(name))).toEqual(more[name] ?? ['index.js']);
  });
});

describe('the folder of a bundle', () => {
  it('is there while it is used, and gone afterwards', () => {
    const folder = withFunctionBundle('migrate', (given) => {
      expect(existsSync(path.join(given, 'index.js'))).toBe(true);
      return given;
    });
    expect(existsSync(folder)).toBe(false);
  });

  it('is gone when its use fails, too', () => {
    let folder = '';
    expect(() =>
      withFunctionBundle('records', (given) => {
        folder = given;
        throw new Error('not used');
      }),
    ).toThrow('not used');
    expect(folder).not.toBe('');
    expect(existsSync(folder)).toBe(false);
  });
});

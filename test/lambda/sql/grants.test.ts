import { randomUUID } from 'node:crypto';
import { ROLES, type Role } from '../../../lambda/records/contract';
import { fieldsOf, ruleOf, type Resource } from '../../../lambda/records/policy';
import { LOGINS, OWNERS } from '../../support/database-roles';
import { startSqlService, type SqlService } from '../../support/sql-service';

let service: SqlService;
beforeAll(async () => {
  service = await startSqlService();
}, 60_000);
afterAll(() => service.stop());

const OWNER: Readonly<Record<Role, string>> = {
  clinician: 'phi_clinician',
  billing: 'phi_billing',
  patient: 'phi_self',
  admin: 'app_owner',
};

/** Tables by resource; the accounting of disclosures belongs whole to the owner of the trail, where no audience reaches it by grant. */
const TABLES = {
  patient: 'phi.patient',
  billing: 'phi.patient',
  note: 'phi.visit_note',
  appointment: 'phi.appointment',
  session: 'phi.video_session',
  document: 'phi.document',
  emergency: 'authz.emergency_grant',
} as const satisfies Partial<Record<Resource, string>>;
type Tabled = keyof typeof TABLES;
const RESOURCES_OF_TABLES = Object.keys(TABLES) as Tabled[];

/** Columns that a function keeps and no caller writes: the id and author it stamps, the version it counts, the state it moves to. */
const KEPT: readonly string[] = [
  'clinician phi.patient INSERT id',
  'clinician phi.patient UPDATE version',
  'clinician phi.patient UPDATE status',
  'billing phi.patient UPDATE version',
  ...['id', 'version', 'patient_id', 'author_id', 'created_at'].map((column) => `clinician phi.visit_note INSERT ${column}`),
  ...['id', 'patient_id', 'clinician_id'].map((column) => `clinician phi.appointment INSERT ${column}`),
  ...['version', 'status'].map((column) => `clinician phi.appointment UPDATE ${column}`),
  ...['id', 'patient_id', 'clinician_id'].map((column) => `clinician phi.video_session INSERT ${column}`),
  ...['id', 'patient_id', 'uploaded_by'].map((column) => `clinician phi.document INSERT ${column}`),
  ...['id', 'sub'].map((column) => `clinician authz.emergency_grant INSERT ${column}`),
  ...['clinician', 'admin'].flatMap((role) =>
    ['expires_at', 'reviewed_by', 'reviewed_at'].map((column) => `${role} authz.emergency_grant UPDATE ${column}`),
  ),
];

const indexOf = (field: string): string => `${field.replace(/_id$/, '')}_bidx`;

/** What the policy table says, as `role table privilege column`. */
function expectedGrants(): string[] {
  const cells = RESOURCES_OF_TABLES.flatMap((resource) =>
    fieldsOf(resource).flatMap((field) =>
      ROLES.flatMap((role) => {
        const cell = ruleOf(resource, field)?.[role];
        const at = (privilege: string, column: string = field) => `${role} ${TABLES[resource]} ${privilege} ${column}`;
        const written = [...(cell?.write ?? [])].flatMap((moment) => {
          const privilege = moment === 'creation' ? 'INSERT' : 'UPDATE';
          return [at(privilege), ...(cell?.search ? [at(privilege, indexOf(field))] : [])];
        });
        return [...(cell?.read ? [at('SELECT')] : []), ...written, ...(cell?.search ? [at('SELECT', indexOf(field))] : [])];
      }),
    ),
  );
  return [...new Set([...cells, ...KEPT])].sort();
}

const roleOf = (owner: unknown): Role | undefined => ROLES.find((role) => OWNER[role] === owner);

describe('the policy table', () => {
  it('and the column grants are the same, cell by cell', async () => {
    const found = await service.admin(`
      SELECT grantee, table_schema || '.' || table_name AS "table", privilege_type AS privilege, column_name AS "column"
      FROM information_schema.column_privileges
      WHERE table_schema || '.' || table_name = ANY ('{${[...new Set(Object.values(TABLES))].join()}}')
        AND grantee NOT IN ('phi_owner', 'phi_rotation')`);
    const granted = found.map((row) => [roleOf(row['grantee']) ?? row['grantee'], row['table'], row['privilege'], row['column']].join(' '));
    expect(granted.sort()).toEqual(expectedGrants());
    expect(granted.length).toBeGreaterThan(120);
  });

  it('leaves the owner of the tables the ids, the mrn index and the locks that foreign keys take', async () => {
    const found = await service.admin(`
      SELECT table_name || ' ' || privilege_type || ' ' || column_name AS cell
      FROM information_schema.column_privileges WHERE grantee = 'phi_owner' AND table_schema = 'phi' ORDER BY 1`);
    expect(found.map(({ cell }) => cell)).toEqual([
      'appointment SELECT id',
      'appointment SELECT patient_id',
      'appointment UPDATE id',
      'document SELECT id',
      'document SELECT patient_id',
      'patient REFERENCES id',
      'patient SELECT id',
      'patient SELECT mrn_bidx',
      'patient UPDATE id',
      'video_session SELECT id',
      'video_session SELECT patient_id',
      'visit_note SELECT id',
      'visit_note SELECT patient_id',
    ]);
  });

  // Every cell is also executed as the role that owns the functions of the audience: a grant is what the server does, not what a view says.
  const grants = new Set(expectedGrants());
  describe.each(ROLES)('executed as the owner of the functions of %s', (role) => {
    const cells = RESOURCES_OF_TABLES.flatMap((resource) =>
      fieldsOf(resource).flatMap((field) => {
        const table = TABLES[resource];
        const searched = ROLES.some((each) => ruleOf(resource, field)?.[each]?.search);
        const columns = searched ? [field, indexOf(field)] : [field];
        return columns.flatMap((column) => [
          [`${role} ${table} SELECT ${column}`, `SELECT ${column} FROM ${table} LIMIT 0`],
          [`${role} ${table} UPDATE ${column}`, `UPDATE ${table} SET ${column} = DEFAULT WHERE false`],
          [`${role} ${table} INSERT ${column}`, `INSERT INTO ${table} (${column}) SELECT NULL WHERE false`],
        ]);
      }),
    );

    it('grants what has a cell and refuses the rest with 42501', async () => {
      const results = await service.asOwner(OWNER[role], randomUUID(), async (client) => {
        const outcomes: string[] = [];
        for (const [cell = '', sql = ''] of cells) {
          await client.query('SAVEPOINT cell');
          const code = await client.query(sql).then(
            () => 'done',
            (error: { code?: string }) => error.code ?? 'none',
          );
          await client.query('ROLLBACK TO SAVEPOINT cell');
          // That a column is generated is found out before anybody's privilege is.
          const refusal = / INSERT recorded$/.test(cell) ? '428C9' : '42501';
          if (code !== (grants.has(cell) ? 'done' : refusal)) outcomes.push(`${cell}: ${code}`);
        }
        return outcomes;
      });
      expect(results).toEqual([]);
    });
  });
});

describe('an audience', () => {
  const probe = (body: string) => `
    CREATE FUNCTION api.probe() RETURNS SETOF bytea LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$ BEGIN ${body} END $$`;

  it.each([
    ['billing', 'phi_billing', 'diagnoses'],
    ['billing', 'phi_billing', 'ssn'],
    ['clinician', 'phi_clinician', 'insurance_id'],
    ['clinician', 'phi_clinician', 'ssn'],
    ['patient', 'phi_self', 'ssn'],
    ['admin', 'app_owner', 'name'],
    ['privacy office', 'audit_owner', 'name'],
    ['table owner', 'phi_owner', 'name'],
  ])('%s: a function that names %s.%s, whatever its author meant, is refused at run time', async (_, owner, column) => {
    const client = await service.connect('postgres');
    await client.query('BEGIN');
    await client.query(probe(`RETURN QUERY SELECT p.${column} FROM phi.patient AS p;`));
    await client.query(`GRANT CREATE ON SCHEMA api TO ${owner}`);
    await client.query(`ALTER FUNCTION api.probe() OWNER TO ${owner}`);
    await client.query('GRANT EXECUTE ON FUNCTION api.probe() TO records_api');
    await client.query('SET LOCAL ROLE records_api');
    await expect(client.query('SELECT * FROM api.probe()')).rejects.toMatchObject({ code: '42501' });
    await client.end();
  });

  it('may read nothing that it wrote into the trail, and set neither order nor time nor transaction', async () => {
    for (const owner of ['phi_clinician', 'phi_billing', 'phi_self', 'phi_rotation', 'app_owner', 'phi_owner']) {
      const values = `gen_random_uuid(), 'session', 'R', 'denied', 'principal', 'probe'`;
      const columns = 'id, event_type, action, outcome, resource_type, request_id';
      const attempts = [
        'SELECT id FROM audit.event',
        `INSERT INTO audit.event (${columns}) VALUES (${values}) RETURNING id`,
        `INSERT INTO audit.event (${columns}, at) VALUES (${values}, now() - interval '1 year')`,
        `INSERT INTO audit.event (${columns}, xid) VALUES (${values}, '1')`,
        `INSERT INTO audit.event (${columns}, seq) OVERRIDING SYSTEM VALUE VALUES (${values}, 1)`,
      ];
      for (const sql of attempts) {
        const refused = service.asOwner(owner, undefined, (client) => client.query(sql));
        await expect(refused).rejects.toMatchObject({ code: '42501' });
      }
      await service.asOwner(owner, undefined, (client) => client.query(`INSERT INTO audit.event (${columns}) VALUES (${values})`));
    }
  });
});

describe('the login of the API', () => {
  const tables = () =>
    service.admin<{ name: string }>(`
      SELECT c.oid::regclass::text AS name FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p', 'v', 'm') AND n.nspname = ANY ('{phi,authz,crypto,api,audit,migration}') ORDER BY 1`);

  it('can read, add to, change, delete from and empty no table', async () => {
    const names = (await tables()).map(({ name }) => name);
    expect(names.length).toBeGreaterThan(15);
    const wrong: string[] = [];
    for (const name of names) {
      for (const sql of [`SELECT FROM ${name}`, `INSERT INTO ${name} DEFAULT VALUES`, `DELETE FROM ${name}`, `TRUNCATE ${name}`]) {
        const code = await service.as('records_api', sql).then(
          () => 'done',
          (error: { code?: string }) => error.code,
        );
        if (code !== '42501') wrong.push(`${sql}: ${code ?? ''}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('executes functions of the schema api and nothing else that was made here', async () => {
    const callable = await service.admin<{ name: string; api: boolean }>(`
      SELECT p.oid::regproc::text AS name, n.nspname = 'api' AS api FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
      WHERE n.nspname = ANY ('{phi,authz,crypto,api,audit,migration}') AND has_function_privilege('records_api', p.oid, 'EXECUTE')`);
    expect(callable.filter(({ api }) => !api)).toEqual([]);
    const [all] = await service.admin<{ n: number }>(`SELECT count(*)::int AS n FROM pg_proc WHERE pronamespace = 'api'::regnamespace`);
    expect(callable).toHaveLength(all?.n ?? -1);
  });
});

describe('every function', () => {
  const functions = (where: string) =>
    service.admin<{ name: string }>(`
      SELECT p.oid::regproc::text AS name FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
      JOIN pg_roles AS o ON o.oid = p.proowner
      WHERE n.nspname = ANY ('{phi,authz,crypto,api,audit,migration}') AND (${where}) ORDER BY 1`);

  it('of the API runs as its owner, with a fixed search path, and is plpgsql', async () => {
    const loose = `n.nspname = 'api' AND NOT (p.prosecdef AND 'search_path=pg_catalog, pg_temp' = ANY (p.proconfig)
      AND p.prolang = (SELECT oid FROM pg_language WHERE lanname = 'plpgsql'))`;
    await expect(functions(loose)).resolves.toEqual([]);
  });

  it('that runs as its owner, wherever it is, has a fixed search path', async () => {
    await expect(functions(`p.prosecdef AND ('search_path=pg_catalog, pg_temp' = ANY (p.proconfig)) IS NOT TRUE`)).resolves.toEqual([]);
  });

  it('of the API belongs to the owner of its audience', async () => {
    const strays = `n.nspname = 'api' AND o.rolname <> CASE
      WHEN p.proname LIKE 'clinician!_%' ESCAPE '!' THEN 'phi_clinician' WHEN p.proname LIKE 'billing!_%' ESCAPE '!' THEN 'phi_billing'
      WHEN p.proname IN ('self_access_report', 'admin_access_report', 'admin_search_audit', 'admin_list_disclosures',
        'admin_create_disclosure', 'admin_assess_breach', 'admin_read_breach') THEN 'audit_owner'
      WHEN p.proname LIKE 'self!_%' ESCAPE '!' THEN 'phi_self' ELSE 'app_owner' END`;
    await expect(functions(strays)).resolves.toEqual([]);
  });

  it('can be executed by nobody merely because nobody thought of it', async () => {
    await expect(functions(`has_function_privilege('public', p.oid, 'EXECUTE')`)).resolves.toEqual([]);
  });

  it('that composes SQL at run time does not exist', async () => {
    await expect(functions(`n.nspname <> 'migration' AND p.prosrc ~* '\\mEXECUTE\\M'`)).resolves.toEqual([]);
  });
});

describe('ownership', () => {
  it('is with the owners: no login has any, and nothing is the master’s but the ledger', async () => {
    const owned = await service.admin<{ name: string; owner: string }>(`
      SELECT c.oid::regclass::text AS name, o.rolname AS owner FROM pg_class AS c JOIN pg_roles AS o ON o.oid = c.relowner
      JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = ANY ('{phi,authz,crypto,api,audit}')`);
    expect(owned.filter(({ owner }) => !['phi_owner', 'app_owner', 'audit_owner'].includes(owner))).toEqual([]);
    expect(owned.filter(({ name, owner }) => name.startsWith('phi.') && owner !== 'phi_owner')).toEqual([]);
  });

  it('gives the master no standing membership, and the owners no membership and no right to create where they are guests', async () => {
    const members = await service.admin(`
      SELECT g.rolname AS role, m.rolname AS member FROM pg_auth_members AS a JOIN pg_roles AS m ON m.oid = a.member
      JOIN pg_roles AS g ON g.oid = a.roleid WHERE (a.set_option OR a.inherit_option) AND g.rolname = ANY ('{${OWNERS.join()}}')
      OR m.rolname = ANY ('{${[...OWNERS, ...LOGINS].join()}}')`);
    expect(members).toEqual([]);
    const creators = await service.admin(`
      SELECT n.nspname AS schema, r.rolname AS role FROM pg_namespace AS n CROSS JOIN pg_roles AS r
      WHERE n.nspname = ANY ('{phi,authz,crypto,api,audit}') AND NOT r.rolsuper AND r.oid <> n.nspowner
        AND has_schema_privilege(r.oid, n.oid, 'CREATE')`);
    expect(creators).toEqual([]);
  });

  it('does not lift row security: it is enabled and forced on every table that holds a record', async () => {
    const open = await service.admin(`
      SELECT oid::regclass::text AS name FROM pg_class
      WHERE (relnamespace = 'phi'::regnamespace OR oid = 'authz.emergency_grant'::regclass) AND relkind = 'r'
        AND NOT (relrowsecurity AND relforcerowsecurity)`);
    expect(open).toEqual([]);
    const ignored = await service.admin(`SELECT rolname FROM pg_roles WHERE rolbypassrls AND rolname <> 'postgres'`);
    expect(ignored).toEqual([]);
  });
});

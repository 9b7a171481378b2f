import { randomUUID } from 'node:crypto';
import { ROLES } from '../../../lambda/records/contract';
import { RESOURCES, ruleOf } from '../../../lambda/records/policy';
import { actorOf, APART, arrangeScene, CATALOGUE, type Scene } from '../../support/sql-catalogue';
import { startSqlService, type Row, type SqlService } from '../../support/sql-service';
import { SqlWorld, type Actor } from '../../support/sql-world';

let service: SqlService;
let world: SqlWorld;
beforeAll(async () => {
  service = await startSqlService();
  world = new SqlWorld(service);
}, 60_000);
afterAll(() => service.stop());

const kindOf = ({ event_type, action, resource_type }: Row): string => [event_type, action, resource_type].map(String).join('/');
/** A refusal is one row with the outcome and nothing else. */
const bare = (outcome: string, row: Row): Row =>
  Object.fromEntries(Object.keys(row).map((key) => [key, key === 'outcome' ? outcome : null]));

describe('the catalogue of these tests', () => {
  it('has every function that the schema api has', async () => {
    const found = await service.admin<{ name: string }>(
      `SELECT proname AS name FROM pg_proc WHERE pronamespace = 'api'::regnamespace ORDER BY 1`,
    );
    expect(found.map(({ name }) => name)).toEqual([...CATALOGUE.map(({ name }) => name), ...APART].sort());
  });

  it('names no field in the trail that the policy table does not have, or the class of which the trail tells otherwise', async () => {
    const classes = await service.admin<{ field: string; class: string }>('SELECT field, class FROM audit.field_class');
    const inPolicy = (field: string) => RESOURCES.flatMap((resource) => ruleOf(resource, field)?.dataClass ?? []);
    // The content of a document is an object beside the database; every other name is a field.
    const wrong = classes.filter((row) => row.field !== 'content' && !inPolicy(row.field).every((known) => known === row.class));
    const unknown = classes.filter(({ field }) => field !== 'content' && inPolicy(field).length === 0);
    expect([...wrong, ...unknown]).toEqual([]);
    expect(CATALOGUE.flatMap(({ fields }) => fields ?? []).filter((field) => !classes.some((row) => row.field === field))).toEqual([]);
  });
});

describe.each(CATALOGUE)('$name', ({ name, role, event, fields, bound, reason, args }) => {
  let scene: Scene;
  let actor: Actor;
  beforeAll(async () => {
    scene = await arrangeScene(world);
    actor = actorOf(scene, role);
  });
  const others = ROLES.filter((other) => other !== role);

  const refused = async (who: Actor, outcome: string, why: string): Promise<void> => {
    const before = await world.countEvents();
    const { rows, row, events } = await world.call(name, who, ...args(scene));
    expect(rows).toEqual([bare(outcome, row)]);
    expect(events.map((one) => [kindOf(one).split('/')[0], one['outcome'], one['reason'], one['fields'], one['actor_id']])).toEqual([
      [event.split('/')[0], outcome === 'unavailable' ? 'failed' : 'denied', why, null, who.sub],
    ]);
    await expect(world.countEvents()).resolves.toBe(before + 1);
  };

  it('refuses a principal that does not exist, is disabled or signed out, with one event each', async () => {
    const [disabled, revoked] = [await world.principal(role), await world.principal(role)];
    await service.admin('UPDATE authz.principal SET disabled_at = now() WHERE sub = $1', [disabled.sub]);
    await service.admin('UPDATE authz.principal SET revoked_before = $2 WHERE sub = $1', [revoked.sub, new Date()]);
    await refused({ ...actor, sub: randomUUID() }, 'forbidden', 'principal_unknown');
    await refused(disabled, 'forbidden', 'principal_disabled');
    await refused({ ...revoked, issuedAt: new Date(Date.now() - 5_000) }, 'forbidden', 'token_revoked');
  });

  it('refuses everybody whose principal has another role, with one event each', async () => {
    // `me` takes the role as an argument: whoever says another one than the principal's is refused in the same way.
    for (const other of others) await refused(actorOf(scene, other), 'forbidden', 'role_mismatch');
  });

  if (role !== 'admin' && name !== 'me') {
    it('is unavailable while records are closed because the trail cannot be exported', async () => {
      await service.as('migrator', `SELECT audit.stop_reads_after('0 seconds')`);
      try {
        await refused(actor, 'unavailable', 'export_stalled');
      } finally {
        await service.as('migrator', 'SELECT audit.stop_reads_after(NULL)');
      }
    });
  }

  if (bound !== 'free') {
    it('answers absent and not-yours alike, and only the trail tells them apart', async () => {
      const absent = await world.call(name, actor, ...args(scene, randomUUID()));
      expect(absent.rows).toEqual([bare('not_found', absent.row)]);
      expect(absent.events.map((one) => [one['outcome'], one['reason']])).toEqual([['denied', 'absent']]);
      if (role === 'billing' || role === 'admin') return;
      const elsewhere = await arrangeScene(world);
      const target = bound === 'patient' ? elsewhere.patient.id : String(args(elsewhere).find((id) => typeof id === 'string' && id !== elsewhere.patient.id));
      const foreign = await world.call(name, actor, ...args(scene, target));
      expect(foreign.rows).toEqual(absent.rows);
      expect(foreign.events.map((one) => [one['outcome'], one['reason'], one['patient_id']])).toEqual([
        ['denied', 'not_related', elsewhere.patient.id],
      ]);
    });
  }

  it('succeeds for whom it is written, with exactly the event and the field names it owes', async () => {
    const { rows, events, auditId } = await world.call(name, actor, ...args(scene));
    expect(rows.map((row) => row['outcome'])).toEqual(rows.map(() => 'ok'));
    expect(events.map((one) => [kindOf(one), one['outcome'], one['reason'], one['fields'], one['id'], one['actor_id']])).toEqual([
      [event, 'success', reason ?? null, fields, auditId, actor.sub],
    ]);
    expect(events[0]).toMatchObject({ actor_role: role, ip: '203.0.113.9', emergency: name === 'clinician_open_emergency' });
    if (bound !== 'free') expect(events[0]).toMatchObject({ patient_id: scene.patient.id });
  });
});

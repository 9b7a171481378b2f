import type { Database } from '../../lambda/records/ports';
import { albEvent, jsonPost } from '../support/alb-event';
import { startCrashCluster, type CrashCluster } from '../support/crash-cluster';
import { startLoad, type LoadedRequest } from '../support/live-load';
import { startRecordsApi, type RecordsApi } from '../support/records-api';
import { admitPatients, arrangeRecords, VALUES, type RecordsScene } from '../support/records-scene';
import { migratedIn, startSqlService } from '../support/sql-service';

/**
 * Promise 1 of the service under `kill -9` of the database: 164.312(b). What is shown: the end of every process of the server at any moment
 * leaves no answer with PHI whose audit row is not committed, and recovery brings every committed row back. What is not: the machine keeps
 * running and `fsync` is off, so a power cut is not played out; there `fsync = on` and the disk have to hold what they promise.
 */
const SECONDS = readSeconds(process.env['CRASH_PROBE_SECONDS']);
const CLIENTS = 6;
/** Moments that a kill can meet are spread over this long after the service is back, in milliseconds. */
const LIVE_MS = 500;
/** What the server had answered before it was gone has arrived after this long, in milliseconds. */
const LAST_WORD_MS = 50;

let cluster: CrashCluster;
let api: RecordsApi;
let scene: RecordsScene;
beforeAll(async () => {
  api = await startRecordsApi({}, () => startSqlService(async () => migratedIn(Promise.resolve((cluster = await startCrashCluster())))));
  scene = await arrangeRecords(api);
  // Many patients on one list: an answer with as many events.
  await admitPatients(api, scene.clinician, 5);
}, 60_000);
afterAll(() => api.stop());

/** Answers with PHI below which a run has shown nothing; a busy machine needs longer for them. */
const ENOUGH = 100;

function readSeconds(given = '6'): number {
  const seconds = Number(given);
  if (Number.isFinite(seconds) && seconds >= 1 && seconds <= 3_600) return seconds;
  throw new Error(`CRASH_PROBE_SECONDS is ${JSON.stringify(given)}; expected a number of seconds from 1 to 3600, such as 60.`);
}

function events(): readonly unknown[] {
  const as = (actor: RecordsScene['clinician']) => ({ authorization: [`Bearer ${api.token(actor)}`] });
  const of = `/v1/patients/${scene.patient}`;
  const get = (path: string, actor: RecordsScene['clinician']) => albEvent({ path }, as(actor));
  return [
    get(of, scene.clinician),
    get('/v1/patients', scene.clinician),
    get(`${of}/notes`, scene.clinician),
    jsonPost(JSON.stringify({ body: VALUES.note }), as(scene.clinician), { path: `${of}/notes` }),
    get(`${of}/billing`, scene.billing),
    get(of, scene.self),
    get(`/v1/notes/${scene.note}`, scene.clinician),
    get(of, scene.outsider),
  ];
}

interface Outcome {
  readonly answered: readonly LoadedRequest[];
  readonly kills: number;
  /** Kills that ended requests under way. */
  readonly liveKills: number;
  /** Answers that carried PHI. */
  readonly disclosed: readonly LoadedRequest[];
  /** Requests answered with PHI, by id, with fewer committed events than they had to leave. */
  readonly lost: readonly string[];
}

/** Kills and restarts the server under load until the time is up and enough PHI was answered, then compares answers with the trail. */
async function crashUnderLoad(handle: ReturnType<RecordsApi['compose']>, seconds: number, sent = events(), enough = 0): Promise<Outcome> {
  const load = startLoad(handle, sent, CLIENTS);
  const until = performance.now() + seconds * 1_000;
  let [kills, liveKills] = [0, 0];
  try {
    const isEnough = (): boolean => load.answered.filter(({ response }) => carriesPhi(response.body)).length > enough;
    while (performance.now() < until || !isEnough()) {
      await load.nextSuccess();
      await new Promise((resolve) => setTimeout(resolve, Math.random() * LIVE_MS));
      await cluster.kill();
      kills += 1;
      await new Promise((resolve) => setTimeout(resolve, LAST_WORD_MS));
      if (metRequests(load.answered)) liveKills += 1;
      await cluster.restart();
    }
    await load.nextSuccess();
  } finally {
    await load.stop();
  }

  const { answered } = load;
  const rows = await api.sql.admin<{ request_id: string; n: number }>(
    `SELECT request_id, count(*)::int AS n FROM audit.event WHERE outcome = 'success' AND event_type <> 'session'
     AND request_id = ANY($1) GROUP BY request_id`,
    [answered.map(({ requestId }) => requestId)],
  );
  const committed = new Map(rows.map(({ request_id, n }) => [request_id, n]));
  const disclosed = answered.filter(({ response }) => carriesPhi(response.body));
  return {
    answered,
    kills,
    liveKills,
    disclosed,
    lost: disclosed.flatMap(({ requestId, response }) => ((committed.get(requestId) ?? 0) < eventsDue(response.body) ? [requestId] : [])),
  };
}

/** Whether a request that was under way at the last answer of a server, which is gone, got none. */
function metRequests(answered: readonly LoadedRequest[]): boolean {
  const last = answered.findLast(({ response }) => response.statusCode < 500);
  return answered.some(
    ({ startedAtMs, endedAtMs, response }) => last && startedAtMs < last.endedAtMs && last.endedAtMs <= endedAtMs && response.statusCode === 503,
  );
}

const PHI = [VALUES.name, VALUES.note, VALUES.medical_history, VALUES.billing_address.line1];
const carriesPhi = (body: string): boolean => PHI.some((value) => body.includes(value));

/** A list of patients is an event for each of them; any other answer is one. */
function eventsDue(body: string): number {
  const { items } = JSON.parse(body) as { items?: readonly Readonly<Record<string, unknown>>[] };
  return items?.some((item) => 'mrn' in item) === true ? items.length : 1;
}

/** The one thing that this probe says besides passing or failing. */
function report(what: string, { kills, liveKills, answered, disclosed, lost }: Outcome): void {
  const answers = `${answered.length} answers, ${disclosed.length} with PHI, ${lost.length} of those without an audit row`;
  process.stderr.write(`${what}: ${kills} kills, ${liveKills} of them under live load; ${answers}\n`);
}

describe('kill -9 of the database under load', () => {
  it('meets a login that waits for its commits to be written', async () => {
    await expect(api.sql.as('records_api', 'SHOW synchronous_commit')).resolves.toEqual([{ synchronous_commit: 'on' }]);
  });

  it(
    'leaves no answer with PHI without its committed audit rows, and no PHI in any other answer',
    async () => {
      const outcome = await crashUnderLoad(api.compose(), SECONDS, events(), ENOUGH);
      report('the service', outcome);
      expect(outcome.liveKills).toBeGreaterThan(0);
      expect(outcome.disclosed.length).toBeGreaterThan(ENOUGH);
      expect(outcome.lost).toEqual([]);
      expect(new Set(outcome.disclosed.map(({ response }) => response.statusCode))).toEqual(new Set([200]));
      expect(new Set(outcome.answered.map(({ response }) => response.statusCode))).toEqual(new Set([200, 201, 404, 503]));
    },
    SECONDS * 1_000 + 60_000,
  );

  it('leaves a row for every answer below 500, as many as the log line says', async () => {
    const outcome = await crashUnderLoad(api.compose(), 1);
    const lines = new Map(api.log.parsed().map((line) => [line['requestId'], line]));
    const rows = await api.sql.admin<{ request_id: string; n: number }>(
      'SELECT request_id, count(*)::int AS n FROM audit.event GROUP BY request_id',
    );
    const committed = new Map(rows.map(({ request_id, n }) => [request_id, n]));
    const answered = outcome.answered.filter(({ response }) => response.statusCode < 500);
    expect(answered.length).toBeGreaterThan(0);
    const differs = ({ requestId }: LoadedRequest) => committed.get(requestId) !== lines.get(requestId)?.['auditEvents'];
    expect(answered.filter(differs).map(({ requestId }) => requestId)).toEqual([]);
  }, 30_000);
});

/** What many services do: read, answer, and write the audit row meanwhile. */
function auditLater(): Database {
  return {
    call: async (name, values) => {
      if (name !== 'clinician_read_patient') return api.database.call(name, values);
      const [sub, , id, ip, requestId, patient] = values;
      const rows = await api.sql
        .admin(
          `SELECT 'ok' AS outcome, id, version, status, name, date_of_birth, address, mrn, medical_history, diagnoses, prescriptions
           FROM phi.patient WHERE id = $1`,
          [patient],
        )
        .catch(() => [{ outcome: 'unavailable' }]);
      void api.sql
        .admin(
          `INSERT INTO audit.event (id, actor_id, actor_role, event_type, action, outcome, resource_type, patient_id, ip, request_id)
           VALUES ($1, $2, 'clinician', 'phi.access', 'R', 'success', 'patient', $3, $4, $5)`,
          [id, sub, patient, ip, requestId],
        )
        .catch(() => undefined);
      return rows;
    },
  };
}

describe('an audit row that is written after the answer', () => {
  it('is lost to such a kill: the probe notices', async () => {
    const [read] = events();
    let outcome: Outcome | undefined;
    // A kill loses what is under way at that moment, so the first nearly always will do.
    for (let attempt = 0; attempt < 6 && (outcome?.lost.length ?? 0) === 0; attempt += 1) {
      outcome = await crashUnderLoad(api.compose({ database: auditLater() }), 1, [read]);
    }
    if (outcome) report('audit after the answer', outcome);
    expect(outcome?.lost.length).toBeGreaterThan(0);
  }, 30_000);
});

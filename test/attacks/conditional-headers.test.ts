import type { RouteName } from '../../lambda/records/routes';
import { startRecordsApi, type Answer, type RecordsApi } from '../support/records-api';
import { ALL_ROUTES, callerOf, namedBy, optionsOf, pathOf, routeOf, ROUTES_BY_ROLE, sendRoute } from '../support/records-requests';
import { arrangeRecords, type RecordsScene } from '../support/records-scene';

let api: RecordsApi;
let scene: RecordsScene;
beforeAll(async () => {
  api = await startRecordsApi();
  scene = await arrangeRecords(api);
}, 60_000);
afterAll(() => api.stop());

const REQUIRED: readonly RouteName[] = ['patient.update', 'billing.update', 'note.amend', 'appointment.update'];
const OPTIONAL: readonly RouteName[] = ['patient.void', 'appointment.cancel'];

const told = ({ status, body, events }: Answer) => [status, body['code'], events.map(({ outcome, reason }) => [outcome, reason].join(' '))];
const refusal = (status: number, code: string) => [status, code, [`failed ${code}`]];
const roleOf = (name: RouteName) => routeOf(name).roles[0] ?? 'patient';
const sendIf = (name: RouteName, version: string) =>
  sendRoute(api, callerOf(scene, roleOf(name)), name, namedBy(scene), { headers: { 'if-match': version } });

/** Whatever has a version, with it. */
const versions = () =>
  api.sql.admin(`SELECT id, version, status FROM phi.patient UNION ALL SELECT id, version, status FROM phi.appointment
    UNION ALL SELECT id, version, '' FROM phi.visit_note ORDER BY 1, 2`);

describe('If-Match', () => {
  it('is asked for by every change of a record that has versions, and by nothing else', () => {
    const having = (ifMatch: string) => ALL_ROUTES.filter((route) => route.ifMatch === ifMatch).map(({ name }) => name);
    expect([having('required'), having('optional')]).toEqual([REQUIRED, OPTIONAL]);
  });

  it.each(REQUIRED)('has to be there: %s', async (name) => {
    const route = routeOf(name);
    const { body } = optionsOf(route, namedBy(scene), roleOf(name));
    const answer = await api.send(callerOf(scene, roleOf(name)), route.method, pathOf(route, namedBy(scene)), { body });
    expect(told(answer)).toEqual(refusal(400, 'if_match_missing'));
  });

  describe.each([...REQUIRED, ...OPTIONAL])('of %s', (name) => {
    it.each([
      ['whatever there is', '*'],
      ['whatever there is, in quotes', '"*"'],
      ['a weak one', 'W/"1"'],
      ['a list', '"1", "2"'],
      ['one version twice', '"1","1"'],
      ['no version', '"0"'],
      ['a negative one', '"-1"'],
      ['a fraction', '"1.0"'],
      ['a version with a leading zero', '"01"'],
      ['a version in hexadecimal', '"0x2"'],
      ['a version without quotes', '2'],
      ['a version with one quote', '"2'],
      ['a version in single quotes', "'2'"],
      ['a version with a blank', '" 2"'],
      ['more than the database can hold', '"2147483648"'],
      ['a number with an exponent', '"1e3"'],
      ['digits of another script', '"\u0662"'],
      ['nothing', ''],
      ['nothing in quotes', '""'],
    ])('is refused when it names %s', async (_, version) => {
      const before = await versions();
      expect(told(await sendIf(name, version))).toEqual(refusal(400, 'if_match_malformed'));
      expect(await versions()).toEqual(before);
    });

    it.each(['"99"', '"999999999"'])('is refused as stale when it names %s, which there is not', async (version) => {
      const before = await versions();
      expect(told(await sendIf(name, version))).toEqual([409, 'version_stale', ['failed version_stale']]);
      expect(await versions()).toEqual(before);
    });
  });

  it('of a version before is refused as stale, and of the very version is taken', async () => {
    expect(told(await sendIf('patient.update', '"1"'))).toEqual([409, 'version_stale', ['failed version_stale']]);
    expect((await sendIf('patient.update', '"2"')).body).toEqual({ id: scene.patient, version: 3 });
    expect(told(await sendIf('patient.update', '"2"'))).toEqual([409, 'version_stale', ['failed version_stale']]);
  });

  it('of one version lets one of 20 writers through, and tells the others', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => sendIf('patient.update', '"3"')));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([200, ...Array<number>(19).fill(409)]);
    expect(answers.flatMap(({ events }) => events)).toHaveLength(20);
  });

  it('on a route that takes none is refused, so that nobody believes it was heeded', async () => {
    const routes = ROUTES_BY_ROLE.filter(([name]) => routeOf(name).ifMatch === 'none');
    const headers = { 'if-match': '"1"' };
    const answers = await Promise.all(
      routes.map(([name, role]) => sendRoute(api, callerOf(scene, role, name), name, namedBy(scene), { headers })),
    );
    expect(answers.map(told)).toEqual(routes.map(() => refusal(400, 'if_match_not_allowed')));
    expect(routes.length).toBeGreaterThan(40);
  });
});

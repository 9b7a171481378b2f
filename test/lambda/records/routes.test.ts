import { matchRoute, ROUTES, type Route } from '../../../lambda/records/routes';

const ID = '3f8a1c52-7d4e-4b1a-9c60-2f1d0a9b7e11';
const TABLE: readonly Route[] = [
  { name: 'list', method: 'GET', path: '/v1/patients', query: [], body: 'none' },
  { name: 'search', method: 'POST', path: '/v1/patients/search', query: [], body: 'json' },
  { name: 'read', method: 'GET', path: '/v1/patients/{id}', query: [], body: 'none' },
  { name: 'team', method: 'GET', path: '/v1/care-teams/{patient}/{sub}', query: [], body: 'none' },
];

const nameOf = (method: Route['method'], path: string): string | undefined => matchRoute(TABLE, method, path)?.route.name;

describe('the route table', () => {
  it('holds exactly the routes of this version, each with a name of its own', () => {
    expect(ROUTES.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /v1/me']);
    expect(new Set(ROUTES.map(({ name }) => name)).size).toBe(ROUTES.length);
  });

  it('finds a route by method and whole path', () => {
    expect([nameOf('GET', '/v1/patients'), nameOf('POST', '/v1/patients/search'), nameOf('GET', `/v1/patients/${ID}`)]).toEqual([
      'list',
      'search',
      'read',
    ]);
  });

  it('takes the ids out of a path under their names', () => {
    const match = matchRoute(TABLE, 'GET', `/v1/care-teams/${ID}/1f8a1c52-7d4e-4b1a-9c60-2f1d0a9b7e12`);
    expect([...(match?.ids ?? [])]).toEqual([
      ['patient', ID],
      ['sub', '1f8a1c52-7d4e-4b1a-9c60-2f1d0a9b7e12'],
    ]);
  });

  it.each([
    ['POST', '/v1/patients'],
    ['GET', '/v1/patients/search'],
    ['GET', '/v1/patients/'],
    ['GET', '/v1/Patients'],
    ['GET', '/v1'],
    ['GET', '/'],
    ['GET', `/v1/patients/${ID.toUpperCase()}`],
    ['GET', `/v1/patients/${ID}/`],
    ['GET', `/v1/patients/${ID}/billing`],
    ['GET', '/v1/patients/{id}'],
    ['GET', '/v1/patients/1'],
    ['GET', `/v1/care-teams/${ID}`],
  ] as const)('finds nothing for %s %s', (method, path) => {
    expect(nameOf(method, path)).toBeUndefined();
  });
});

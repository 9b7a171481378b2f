import { matchRoute, type Matchable } from '../../../lambda/records/match-route';
import { ROUTES, type Route } from '../../../lambda/records/routes';

const ID = '3f8a1c52-7d4e-4b1a-9c60-2f1d0a9b7e11';
const TABLE: readonly (Matchable & { readonly name: string })[] = [
  { name: 'list', method: 'GET', path: '/v1/patients' },
  { name: 'search', method: 'POST', path: '/v1/patients/search' },
  { name: 'read', method: 'GET', path: '/v1/patients/{id}' },
  { name: 'team', method: 'GET', path: '/v1/care-teams/{patient}/{sub}' },
];

const nameOf = (method: Route['method'], path: string): string | undefined => matchRoute(TABLE, method, path)?.route.name;

describe('the route table', () => {
  it('gives every route a name, a way and at least one role of its own', () => {
    expect(new Set(ROUTES.map(({ name }) => name)).size).toBe(ROUTES.length);
    expect(new Set(ROUTES.map(({ method, path }) => `${method} ${path.replace(/\{\w+\}/g, '{}')}`)).size).toBe(ROUTES.length);
    expect(ROUTES.filter(({ roles }) => roles.length === 0)).toEqual([]);
  });

  it('asks for a version wherever it changes a record that has one, and lets no reading be conditional', () => {
    const conditional = ROUTES.filter(({ ifMatch }) => ifMatch === 'required').map(({ name }) => name);
    expect(conditional).toEqual(['patient.update', 'billing.update', 'note.amend', 'appointment.update']);
    expect(ROUTES.filter(({ method, ifMatch, idempotent }) => method === 'GET' && (ifMatch !== 'none' || idempotent))).toEqual([]);
  });

  it('takes no value of a record in a query', () => {
    expect([...new Set(ROUTES.flatMap(({ query }) => query))].sort()).toEqual(['cursor', 'format', 'limit']);
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

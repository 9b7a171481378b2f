import { albEvent, bytesPost, jsonPost } from '../../support/alb-event';
import { startService } from '../../support/records-service';
import { accessClaims, signToken } from '../../support/token-issuer';

/** One value for each field of a patient, each in a form it could be searched for in a log. */
const CANARIES = [
  'Jane Q Canary',
  '1948-02-29',
  '900-12-3456',
  'MRN-77310042',
  '12 Canary Row',
  'penicillin anaphylaxis',
  'F41.1',
  'INS-55-0199',
];

const service = startService();
const { key, log, send } = service;
const good = { authorization: [`Bearer ${signToken(key)}`] };

const record = {
  name: CANARIES[0],
  dateOfBirth: CANARIES[1],
  SSN: CANARIES[2],
  patients: [{ mrn: CANARIES[3], deep: { address: CANARIES[4], deeper: [{ history: CANARIES[5] }] } }],
  json: JSON.stringify({ diagnoses: CANARIES[6] }),
  insurance_id: CANARIES[7],
};
const text = JSON.stringify(record);
const all = CANARIES.join(' ');

/** Every way a value of a patient can arrive, well formed and not. */
const EVENTS: readonly (readonly [string, unknown])[] = [
  ['a header', albEvent({}, { ...good, 'x-patient-name': [all] })],
  ['a header name', albEvent({}, { ...good, [all]: ['x'] })],
  ['a header with a line break', albEvent({}, { ...good, 'x-note': [`a\r\n{"event":"request","code":"ok","name":"${all}"}`] })],
  ['the user agent', albEvent({}, { ...good, 'user-agent': [all] })],
  ['the host', albEvent({}, { ...good, host: [all] })],
  ['the forwarded address', albEvent({}, { ...good, 'x-forwarded-for': [all] })],
  ['the trace id', albEvent({}, { ...good, 'x-amzn-trace-id': [`Root=${all}`] })],
  ['the authorization', albEvent({}, { authorization: [all] })],
  ['a token that is none', albEvent({}, { authorization: [`Bearer ${Buffer.from(all).toString('base64url')}`] })],
  ['a claim of a good token', albEvent({}, { authorization: [`Bearer ${signToken(key, accessClaims({ name: all, phone: record }))}`] })],
  ['the subject of a token', albEvent({}, { authorization: [`Bearer ${signToken(key, accessClaims({ sub: all }))}`] })],
  ['the groups of a token', albEvent({}, { authorization: [`Bearer ${signToken(key, accessClaims({ 'cognito:groups': CANARIES }))}`] })],
  ['the issuer of a token', albEvent({}, { authorization: [`Bearer ${signToken(key, accessClaims({ iss: all }))}`] })],
  ['the key id of a token', albEvent({}, { authorization: [`Bearer ${signToken(key, accessClaims(), { kid: all })}`] })],
  ['the algorithm of a token', albEvent({}, { authorization: [`Bearer ${signToken(key, accessClaims(), { alg: all })}`] })],
  ['the path', albEvent({ path: `/v1/patients/${CANARIES[2]}` }, good)],
  ['a path that is malformed', albEvent({ path: `/v1/patients/${all}` }, good)],
  ['the method', albEvent({ httpMethod: all }, good)],
  ['a query value', albEvent({ multiValueQueryStringParameters: { name: CANARIES } }, good)],
  ['a query key', albEvent({ multiValueQueryStringParameters: { [all]: ['x'] } }, good)],
  ['a well-formed query', albEvent({ multiValueQueryStringParameters: { ssn: [CANARIES[2]] } }, good)],
  ['a body', jsonPost(text, good)],
  ['a body in bytes', bytesPost(Buffer.from(text), good)],
  ['a body without a token', jsonPost(text)],
  ['a body cut short', jsonPost(text.slice(0, -3), good)],
  ['a body under a lying base64 flag', jsonPost(text, good, { isBase64Encoded: true })],
  ['a body with a key given twice', jsonPost(`{"name":"${all}","name":"${all}"}`, good)],
  ['a body with a forbidden key', jsonPost(`{"__proto__":{"name":"${all}"}}`, good)],
  ['a body in keys', jsonPost(JSON.stringify(Object.fromEntries(CANARIES.map((canary) => [canary, 1]))), good)],
  ['a body that is not UTF-8', bytesPost(Buffer.concat([Buffer.from(text), Buffer.from([0xff])]), good)],
  ['a body of a GET', albEvent({ body: text, isBase64Encoded: false }, good)],
  ["an event that is not the load balancer's", { detail: record, Records: [record] }],
  ['an event that is a text', text],
];

describe('what a patient is', () => {
  const written: string[] = [];
  const writers: jest.SpyInstance[] = [];

  beforeAll(() => {
    // The log is collected apart; nothing at all may reach the process's own output.
    for (const stream of [process.stdout, process.stderr]) {
      writers.push(jest.spyOn(stream, 'write').mockImplementation((chunk) => written.push(String(chunk)) > 0));
    }
  });
  afterAll(() => writers.forEach((writer) => writer.mockRestore()));
  beforeEach(() => {
    log.lines.splice(0);
    written.splice(0);
  });

  it.each(EVENTS)('never appears in a log line or an answer when it comes in %s', async (_, event) => {
    const response = await send(event);
    const seen = [...log.lines, ...written, JSON.stringify(response)].join('\n');
    for (const canary of CANARIES) {
      expect(seen).not.toContain(canary);
      expect(seen).not.toContain(Buffer.from(canary).toString('base64url'));
    }
    expect(log.lines).toHaveLength(1);
  });

  it('never appears when an operation fails with it in an error', async () => {
    const error = Object.assign(new Error(text), { detail: text, code: '23505', parameters: CANARIES });
    const failing = startService({ key, operations: { 'me.read': () => Promise.reject(error) } });
    const response = await failing.send(albEvent({}, { authorization: [`Bearer ${signToken(key)}`] }));
    const seen = [...failing.log.lines, ...written, JSON.stringify(response)].join('\n');
    for (const canary of CANARIES) expect(seen).not.toContain(canary);
  });
});

import { matchesEvent } from '../../../lib/compliance/simulation/event-pattern';
import { sampleEvent } from '../../../lib/compliance/simulation/event-sample';

const event = {
  source: 'aws.kms',
  detail: {
    eventName: 'PutKeyPolicy',
    count: 5,
    isPublic: true,
    nothing: null,
    userIdentity: { type: 'AssumedRole', sessionContext: { sessionIssuer: { arn: 'arn:aws:iam::111122223333:role/operator' } } },
    accounts: ['111122223333', '999999999999'],
    permissions: [{ ranges: [{ cidr: '10.0.0.0/8' }] }, { ranges: [{ cidr: '0.0.0.0/0' }], port: 443 }],
    empty: [],
  },
};

const detail = (field: string, ...alternatives: readonly unknown[]): object => ({ detail: { [field]: alternatives } });
const name = (matcher: object): object => detail('eventName', matcher);

describe('a pattern', () => {
  it.each([
    ['a literal', detail('eventName', 'DisableKey', 'PutKeyPolicy'), true],
    ['a literal of another type', detail('count', '5'), false],
    ['a boolean', detail('isPublic', true), true],
    ['a null', detail('nothing', null), true],
    ['prefix', name({ prefix: 'Put' }), true],
    ['prefix of another case', name({ prefix: 'put' }), false],
    ['prefix without case', name({ prefix: { 'equals-ignore-case': 'put' } }), true],
    ['suffix', name({ suffix: 'Policy' }), true],
    ['suffix in the middle', name({ suffix: 'Key' }), false],
    ['suffix without case', name({ suffix: { 'equals-ignore-case': 'POLICY' } }), true],
    ['equals-ignore-case', name({ 'equals-ignore-case': 'putkeypolicy' }), true],
    ['wildcard', name({ wildcard: 'Put*Policy' }), true],
    ['wildcard at the ends', name({ wildcard: '*Key*' }), true],
    ['wildcard that is a star', name({ wildcard: 'Put\\*' }), false],
    ['wildcard with a character of expressions', name({ wildcard: 'Put.*' }), false],
    ['numeric', detail('count', { numeric: ['>', 0, '<=', 5] }), true],
    ['numeric outside', detail('count', { numeric: ['>', 5] }), false],
    ['numeric over a text', name({ numeric: ['>', 0] }), false],
    ['anything-but another', name({ 'anything-but': 'DisableKey' }), true],
    ['anything-but this', name({ 'anything-but': ['DisableKey', 'PutKeyPolicy'] }), false],
    ['anything-but a prefix', name({ 'anything-but': { prefix: 'Put' } }), false],
    ['anything-but one of prefixes', name({ 'anything-but': { prefix: ['Get', 'Put'] } }), false],
    ['anything-but a suffix', name({ 'anything-but': { suffix: 'Key' } }), true],
    ['anything-but a wildcard', name({ 'anything-but': { wildcard: '*Key*' } }), false],
    ['anything-but without case', name({ 'anything-but': { 'equals-ignore-case': ['PUTKEYPOLICY'] } }), false],
    ['anything-but of what is absent', detail('absent', { 'anything-but': 'this' }), false],
    ['anything-but of an absent branch', detail('absent', { 'anything-but': { prefix: 'this' } }), false],
    ['exists', detail('count', { exists: true }), true],
    ['exists of what is absent', detail('absent', { exists: true }), false],
    ['exists: false of what is absent', detail('absent', { exists: false }), true],
    ['exists: false below an absent branch', { detail: { absent: { arn: [{ exists: false }] } } }, true],
    ['exists: false of what is there', detail('eventName', { exists: false }), false],
    ['exists: false of what is null', detail('nothing', { exists: false }), false],
    ['exists of a field that holds fields', detail('userIdentity', { exists: true }), false],
    ['exists of an empty list', detail('empty', { exists: true }), false],
    ['an item of a list', detail('accounts', '999999999999'), true],
    ['anything-but over a list, by one item', detail('accounts', { 'anything-but': '111122223333' }), true],
    ['anything-but every item of a list', detail('accounts', { 'anything-but': ['111122223333', '999999999999'] }), false],
    ['a list of objects', { detail: { permissions: { ranges: { cidr: ['0.0.0.0/0'] } } } }, true],
    ['fields of two objects of a list', { detail: { permissions: { ranges: { cidr: ['10.0.0.0/8'] }, port: [443] } } }, false],
    ['$or with one part that holds', { source: ['aws.kms'], $or: [{ account: ['1'] }, detail('count', 5)] }, true],
    ['$or with none', { source: ['aws.kms'], $or: [{ account: ['1'] }, detail('count', 6)] }, false],
    ['$or beside a field that does not hold', { source: ['aws.iam'], $or: [{ account: ['1'] }, detail('count', 5)] }, false],
    ['$or below another', { detail: { $or: [{ count: [6] }, { count: [5], $or: [{ eventName: ['A'] }, { isPublic: [true] }] }] } }, true],
  ])('takes %s: %j is %s', (_, pattern, expected) => {
    expect(matchesEvent(pattern as Record<string, unknown>, event)).toBe(expected);
  });

  it.each([
    ['no field', {}, 'An empty pattern'],
    ['an unknown matcher', detail('eventName', { cidr: '10.0.0.0/8' }), 'Unknown matcher cidr'],
    ['two matchers in one', name({ prefix: 'P', suffix: 'y' }), 'one of a kind'],
    ['a value without a list', { source: 'aws.kms' }, 'neither a list nor an object'],
    ['a prefix of a number', name({ prefix: 5 }), 'prefix takes a text'],
    ['a matcher within another', name({ suffix: { wildcard: '*' } }), 'Unknown matcher wildcard within suffix'],
    ['two stars together', name({ wildcard: 'Put**' }), 'two stars'],
    ['a backslash before a letter', name({ wildcard: 'P\\u*' }), 'a backslash'],
    ['an unknown comparison', detail('count', { numeric: ['~', 1] }), 'Unknown comparison'],
    ['a $or of one part', { $or: [{ source: ['aws.kms'] }] }, 'two parts'],
    ['absence in a list of objects', { detail: { permissions: { port: [{ exists: false }] } } }, 'not documented'],
  ])('is refused with %s', (_, pattern, message) => {
    expect(() => matchesEvent(pattern as Record<string, unknown>, event)).toThrow(message);
  });
});

it.each([
  { source: ['aws.kms'], detail: { eventName: [{ suffix: 'Key' }], count: [{ numeric: ['>', 3, '<', 5] }] } },
  {
    source: [{ prefix: 'aws.' }],
    detail: { name: [{ wildcard: 'a*b\\*' }], $or: [{ user: { type: ['Root'] } }, { count: [1] }], user: { id: [{ exists: true }] } },
  },
  {
    source: [{ 'equals-ignore-case': 'AWS.KMS' }],
    detail: { name: [{ 'anything-but': { prefix: 'Put' } }], invokedBy: [{ exists: false }] },
  },
])('a sample of %j matches it', (pattern) => {
  expect(matchesEvent(pattern, sampleEvent(pattern))).toBe(true);
});

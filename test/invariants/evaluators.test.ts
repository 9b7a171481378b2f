import { alarmState } from '../../lib/compliance/simulation/alarm-state';
import { createDraft } from '../support/draft';
import { isRecorded } from '../support/event-selectors';
import { compileFilterPattern, sampleLine } from '../../lib/compliance/simulation/filter-pattern';
import { landscapeOf } from '../support/landscape';
import { createResolver, markerIn } from '../support/references';
import { templatesOf } from '../support/assembly';

describe('the reader of filter patterns', () => {
  const line = { eventName: 'StopLogging', userIdentity: { type: 'Root' }, count: 7, tags: ['a', 'b'], errorCode: 'AccessDeniedException' };

  it.each([
    ['{ $.eventName = "StopLogging" }', true],
    ['{ $.eventName = StopLogging }', true],
    ['{ $.eventName = "Stop" }', false],
    ['{ $.errorCode = "AccessDenied*" }', true],
    ['{ $.errorCode = "*Denied" }', false],
    ['{ ($.userIdentity.type = "Root") && ($.userIdentity.invokedBy NOT EXISTS) }', true],
    ['{ ($.eventName NOT EXISTS) }', false],
    ['{ ($.eventName = "A") || (($.count > 5) && ($.tags[1] = "b")) }', true],
    ['{ ($.eventName = "A") && ($.count > 5) || ($.count <= 7) }', true],
    ['{ $.eventName != "StopLogging" }', false],
    ['{ $.missing != "anything" }', false],
    ['{ $.missing = * }', false],
  ])('says of %s: %s', (pattern, matches) => {
    expect(compileFilterPattern(pattern)(line)).toBe(matches);
  });

  const text = '2026-11-27 23:10:02 UTC:[local]:LOG:  connection authorized: user=records_api_x database=records application_name=my "app"';

  it.each([
    ['"connection authorized: user="', true],
    ['connection database', true],
    ['connection missing', false],
    ['"Connection authorized"', false],
    ['"connection authorized" -"user=records_api"', false],
    ['"connection authorized" -"user=records_api database="', true],
    ['?"nothing of it" ?"database=records"', true],
    ['?"nothing of it" ?"nor of this"', false],
    ['"my \\"app\\""', true],
    ['%application_name=.*app%', true],
    ['%app.*application_name=%', false],
    ['{ $.eventName NOT EXISTS }', false],
  ])('says of the text, by %s: %s', (pattern, matches) => {
    expect(compileFilterPattern(pattern)(text)).toBe(matches);
  });

  it.each([['connection -"user=a database="'], ['?"one phrase" ?"another"'], ['%application_name=.*user=%'], ['{ $.a.b >= 3 }']])(
    'makes a line that fits %s',
    (pattern) => {
      expect(compileFilterPattern(pattern)(sampleLine(pattern))).toBe(true);
    },
  );

  it.each([
    ...['', '[of, fields]', 'user=a', '"open', '?any "all"', '%(a|b)%', `"${'x'.repeat(1024)}"`],
    ...['{ $.a = }', '{ ($.a = 1 }', '{ $.a ~ 1 }', `{ $.a = "${'x'.repeat(1024)}" }`],
  ])('refuses %.20s', (pattern) => {
    expect(() => compileFilterPattern(pattern)({ a: 1 })).toThrow();
  });
});

describe('the reader of alarms', () => {
  const alarm = {
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    EvaluationPeriods: 1,
    MetricName: 'm',
    Namespace: 'n',
    Period: 300,
    Statistic: 'Sum',
    Threshold: 2,
    TreatMissingData: 'notBreaching',
  };

  it('tells a sum from an average: an average of ones never exceeds one', () => {
    expect(alarmState(alarm, [1, 1])).toBe('ALARM');
    expect(alarmState({ ...alarm, Statistic: 'Average', ComparisonOperator: 'GreaterThanThreshold', Threshold: 1 }, [1, 1, 1])).toBe('OK');
    expect(alarmState(alarm, [1, 0, 0])).toBe('OK');
  });

  it('treats missing data as the alarm says', () => {
    expect(alarmState(alarm, [])).toBe('OK');
    expect(alarmState({ ...alarm, TreatMissingData: 'breaching' }, [])).toBe('ALARM');
    expect(alarmState({ ...alarm, TreatMissingData: 'missing' }, [])).toBe('INSUFFICIENT_DATA');
  });
});

describe('the reader of event selectors', () => {
  const selector = {
    FieldSelectors: [
      { Field: 'eventCategory', Equals: ['Data'] },
      { Field: 'resources.ARN', NotStartsWith: ['arn:a/', 'arn:b/'] },
    ],
  };

  it('needs every field of one selector', () => {
    expect(isRecorded([selector], { eventCategory: 'Data', 'resources.ARN': 'arn:c/1' })).toBe(true);
    expect(isRecorded([selector], { eventCategory: 'Data', 'resources.ARN': 'arn:b/1' })).toBe(false);
    expect(isRecorded([selector], { eventCategory: 'Management' })).toBe(false);
  });
});

describe('the reader of references', () => {
  it('follows an import to what another stack exports', () => {
    const land = landscapeOf('prod');
    const { properties } = land.one<{ KmsKeyId: string }>('AWS::RDS::DBInstance');
    expect(land.at(properties.KmsKeyId)?.name).toMatch(/^Foundation\/KeysRecords/);
    expect(markerIn(properties.KmsKeyId)).toMatchObject({ stack: 'Foundation' });
  });

  it('fails on a reference to nothing, an export of nobody, and a function that it does not know', () => {
    const resolve = createResolver([{ stack: 'Data', region: 'us-east-1', resources: new Map(), exports: new Map() }], '111122223333');
    expect(() => resolve('Data', { Ref: 'Gone' })).toThrow('Gone');
    expect(() => resolve('Data', { 'Fn::ImportValue': 'prod-Network:Gone' })).toThrow('Nobody exports');
    expect(() => resolve('Data', { 'Fn::GetStackOutput': {} })).toThrow('does not know');
    expect(resolve('Data', { 'Fn::Select': [1, { 'Fn::Split': [':', 'a:b'] }] })).toBe('b');
  });

  it('changes copies only, and refuses a change that would change nothing', () => {
    const draft = createDraft(templatesOf('prod'));
    draft.set('AWS::KMS::Key', 'KeysTrail', ['EnableKeyRotation'], false);
    expect(landscapeOf('prod').one<{ EnableKeyRotation: boolean }>('AWS::KMS::Key', 'KeysTrail').properties.EnableKeyRotation).toBe(true);
    expect(() => draft.set('AWS::KMS::Key', 'KeysTrail', ['EnableKeyRotation'], false)).toThrow('already');
    expect(() => draft.unset('AWS::KMS::Key', 'KeysTrail', ['NoSuchProperty'])).toThrow('nothing');
    expect(() => draft.remove('AWS::KMS::Key', 'Keys')).toThrow('found 12');
  });
});

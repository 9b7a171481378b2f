import { compareSelectors } from '../../../lambda/trail-guardian/compare-trail';
import type { EventSelector, ExpectedTrail } from '../../../lambda/trail-guardian/contract';
import { examineTrail } from '../../../lambda/trail-guardian/examine-trail';
import { worstOf } from '../../../lambda/trail-guardian/findings';
import { parseExpectedTrail } from '../../../lambda/trail-guardian/parse-expected';
import { Placeholders } from '../../../lambda/trail-guardian/placeholders';
import type { DeliveryStatus, LiveSelectors, LiveTrail, TrailReader } from '../../../lambda/trail-guardian/ports';
import { decideRestart } from '../../../lambda/trail-guardian/restart-guard';
import { EXPECTED, TRAIL_ARN } from '../../support/fake-trail';

const NOW_MS = Date.parse('2026-11-27T12:00:00Z');
const MINUTE_MS = 60_000;
const { isMultiRegion, hasGlobalEvents, isValidated, bucket, prefix, keyArn, logGroupArn, logRoleArn, name, homeRegion } = EXPECTED;
const LIVE: LiveTrail = {
  arn: TRAIL_ARN,
  isMultiRegion,
  hasGlobalEvents,
  isValidated,
  bucket,
  prefix,
  keyArn,
  logGroupArn,
  logRoleArn,
  name,
  homeRegion,
};
const HEALTHY: DeliveryStatus = {
  isLogging: true,
  startedMs: 0,
  deliveryError: '',
  deliveredMs: NOW_MS - MINUTE_MS,
  digestError: '',
  digestedMs: NOW_MS - MINUTE_MS,
  logGroupError: '',
};

interface World {
  readonly trails?: readonly LiveTrail[];
  readonly home?: Partial<DeliveryStatus>;
  readonly recovery?: Partial<DeliveryStatus>;
  readonly selectors?: LiveSelectors;
  readonly insights?: readonly string[];
}

function readerOf({ trails = [LIVE], home = {}, recovery = {}, selectors, insights = EXPECTED.insights }: World): TrailReader {
  return {
    trails: (region) => Promise.resolve(region === homeRegion ? trails : []),
    status: (region) => Promise.resolve({ ...HEALTHY, ...(region === homeRegion ? home : recovery) }),
    eventSelectors: () => Promise.resolve(selectors ?? { kind: 'advanced', selectors: EXPECTED.eventSelectors }),
    insights: () => Promise.resolve(insights),
  };
}
const examine = (world: World, expected: ExpectedTrail = EXPECTED) =>
  examineTrail(expected, readerOf(world), { recoveryRegion: 'us-west-2', nowMs: NOW_MS });

describe('the live trail', () => {
  it('is as the template has it', async () => {
    expect(await examine({})).toEqual({ findings: [], live: LIVE, isLogging: true, startedMs: 0, learnt: {} });
  });

  it.each([
    ['bucket', 'somebodys-bucket', 'S3BucketName', bucket],
    ['prefix', '', 'S3KeyPrefix', 'cloudtrail'],
    ['keyArn', '', 'KmsKeyId', keyArn],
    ['logGroupArn', 'arn:other', 'CloudWatchLogsLogGroupArn', logGroupArn],
    ['logRoleArn', 'arn:other', 'CloudWatchLogsRoleArn', logRoleArn],
    ['isMultiRegion', false, 'IsMultiRegionTrail', 'true'],
    ['hasGlobalEvents', false, 'IncludeGlobalServiceEvents', 'true'],
    ['isValidated', false, 'LogFileValidationEnabled', 'true'],
  ] as const)('differs in %s, with both values', async (property, value, about, expected) => {
    const { findings } = await examine({ trails: [{ ...LIVE, [property]: value }] });
    expect(findings).toEqual([{ code: 'trail_differs', about, expected, found: String(value) || 'nothing' }]);
    expect(worstOf(findings)).toBe('unhealthy');
  });

  it('is missing, or has its home elsewhere, which is one clear finding', async () => {
    const abroad = { ...LIVE, arn: TRAIL_ARN.replace('us-east-1', 'eu-west-1'), homeRegion: 'eu-west-1' };
    for (const [trails, code] of [
      [[], 'trail_missing'],
      [[{ ...LIVE, name: 'another', arn: 'arn:another' }], 'trail_missing'],
      [[abroad], 'home_region_other'],
    ] as const) {
      const examined = await examine({ trails });
      expect(examined).toMatchObject({ findings: [{ code, about: TRAIL_ARN }], live: undefined, isLogging: false });
      expect(worstOf(examined.findings)).toBe('broken');
    }
  });

  it('has the insights of the template, no fewer and no more', async () => {
    expect((await examine({ insights: [...EXPECTED.insights].reverse() })).findings).toEqual([]);
    const found = [
      'trail_differs InsightSelectors: ApiCallRateInsight, ApiErrorRateInsight / none',
      'trail_differs InsightSelectors: ApiCallRateInsight, ApiErrorRateInsight / ApiCallRateInsight',
    ];
    const worlds = [{ insights: [] }, { insights: ['ApiCallRateInsight'] }];
    const all = await Promise.all(worlds.map((world) => examine(world)));
    expect(all.flatMap(({ findings }) => findings.map((each) => `${each.code} ${each.about}: ${each.expected} / ${each.found}`))).toEqual(
      found,
    );
  });
});

describe('event selectors', () => {
  const [management, objects] = EXPECTED.eventSelectors as [EventSelector, EventSelector];
  const changed = (fields: (selector: EventSelector) => EventSelector['FieldSelectors']): LiveSelectors => ({
    kind: 'advanced',
    selectors: [management, { ...objects, FieldSelectors: fields(objects) }],
  });

  it('are the same in any order', async () => {
    const turned = EXPECTED.eventSelectors.map((selector) => ({
      ...selector,
      FieldSelectors: selector.FieldSelectors.map((field) =>
        field.NotStartsWith ? { ...field, NotStartsWith: [...field.NotStartsWith].reverse() } : field,
      ).reverse(),
    }));
    expect((await examine({ selectors: { kind: 'advanced', selectors: turned.reverse() } })).findings).toEqual([]);
  });

  it.each<[string, LiveSelectors]>([
    ['basic ones', { kind: 'basic', count: 1 }],
    ['one is gone', { kind: 'advanced', selectors: [management] }],
    ['one is there twice', { kind: 'advanced', selectors: [management, objects, objects] }],
    ['there is one more', { kind: 'advanced', selectors: [management, objects, { ...management, Name: 'More' }] }],
    ['a field is gone', changed(({ FieldSelectors }) => FieldSelectors.slice(0, 2))],
    ['a field is added', changed(({ FieldSelectors }) => [...FieldSelectors, { Field: 'readOnly', Equals: ['true'] }])],
    [
      'a value is added',
      changed(({ FieldSelectors }) =>
        FieldSelectors.map((each) =>
          each.NotStartsWith ? { ...each, NotStartsWith: [...each.NotStartsWith, 'arn:aws:s3:::prod-documents/'] } : each,
        ),
      ),
    ],
    [
      'a value is another',
      changed(({ FieldSelectors }) =>
        FieldSelectors.map((each) =>
          each.NotStartsWith ? { ...each, NotStartsWith: ['arn:aws:s3:::', each.NotStartsWith[1] ?? ''] } : each,
        ),
      ),
    ],
    [
      'an operator is another',
      changed(({ FieldSelectors }) =>
        FieldSelectors.map(({ Field, NotStartsWith, ...rest }) =>
          NotStartsWith ? { Field, StartsWith: NotStartsWith } : { Field, ...rest },
        ),
      ),
    ],
  ])('differ when %s', async (_, selectors) => {
    const { findings } = await examine({ selectors });
    expect(findings).toEqual([expect.objectContaining({ code: 'trail_differs', about: expect.stringMatching(/^AdvancedEventSelectors/) })]);
  });
});

describe('values that only a deploy knows', () => {
  const text = (value: string): string =>
    value.replaceAll(bucket, '${prod-Foundation.Bucket}').replaceAll('prod-access-logs', '${prod-Foundation.Logs}');
  const template = JSON.parse(
    text(JSON.stringify({ ...EXPECTED, keyArn: 'arn:aws:kms:us-east-1:111122223333:key/${prod-Foundation.Key}' })),
  ) as ExpectedTrail;

  it('are taken from the live trail, and told', async () => {
    const { findings, learnt } = await examine({}, template);
    expect(findings).toEqual([]);
    expect(learnt).toEqual({
      '${prod-Foundation.Bucket}': bucket,
      '${prod-Foundation.Key}': '5b0d7a4e-1111-4222-8333-444455556666',
      '${prod-Foundation.Logs}': 'prod-access-logs',
    });
  });

  it('are the same in every place: a trail that was turned to another bucket is noticed by its selectors', async () => {
    const { findings } = await examine({ trails: [{ ...LIVE, bucket: 'somebodys-bucket' }] }, template);
    expect(findings).toEqual([
      expect.objectContaining({
        code: 'trail_differs',
        about: 'AdvancedEventSelectors, Objects',
        expected: expect.stringContaining('arn:aws:s3:::somebodys-bucket/'),
      }),
    ]);
  });

  it('have the form of what they stand for', async () => {
    const { findings } = await examine(
      { trails: [{ ...LIVE, keyArn: 'arn:aws:kms:eu-west-1:999900001111:key/5b0d7a4e-1111-4222-8333-444455556666' }] },
      template,
    );
    expect(findings).toMatchObject([{ about: 'KmsKeyId', expected: template.keyArn }]);
  });

  it('do not take the place of what is known', () => {
    const placeholders = new Placeholders();
    expect(placeholders.matches('${a}', 'one')).toBe(true);
    const fields = (values: readonly string[]): EventSelector => ({
      Name: 'x',
      FieldSelectors: [{ Field: 'resources.ARN', Equals: values }],
    });
    const live: LiveSelectors = { kind: 'advanced', selectors: [fields(['one', 'two'])] };
    expect(compareSelectors([fields(['${b}', '${a}'])], live, placeholders)).toEqual([]);
    expect(placeholders.learnt).toEqual({ '${a}': 'one', '${b}': 'two' });
    expect(placeholders.matches('${a}.${b}', 'one.three')).toBe(false);
    expect(placeholders.fill('${a} ${b} ${c}')).toBe('one two ${c}');
  });
});

describe('delivery', () => {
  const ago = (minutes: number): number => NOW_MS - minutes * MINUTE_MS;
  it.each<[string, World, readonly string[]]>([
    [
      'a trail that does not log, once',
      { home: { isLogging: false, deliveredMs: ago(600) }, recovery: { isLogging: false } },
      ['not_logging delivery from us-east-1'],
    ],
    ['a Region that does not log', { recovery: { isLogging: false } }, ['not_logging delivery from us-west-2']],
    ['an error of S3', { home: { deliveryError: 'AccessDenied' } }, ['delivery_failed delivery from us-east-1']],
    ['an error of a digest', { recovery: { digestError: 'AccessDenied' } }, ['digest_delivery_failed delivery from us-west-2']],
    ['an error of CloudWatch Logs', { home: { logGroupError: 'Access denied' } }, ['log_group_delivery_failed delivery from us-east-1']],
    ['files that are late', { home: { deliveredMs: ago(121) } }, ['delivery_late delivery from us-east-1']],
    ['digests that are late', { recovery: { digestedMs: ago(181) } }, ['digest_delivery_late delivery from us-west-2']],
    [
      'a trail that never delivered',
      { home: { deliveredMs: undefined, digestedMs: undefined } },
      ['delivery_late delivery from us-east-1', 'digest_delivery_late delivery from us-east-1'],
    ],
    ['no fault in a trail that was just started', { home: { deliveredMs: undefined, digestedMs: undefined, startedMs: ago(20) } }, []],
    ['no fault at the very limits', { home: { deliveredMs: ago(120), digestedMs: ago(180) } }, []],
    ['no fault in a Region where nothing happens', { recovery: { deliveredMs: undefined } }, []],
    [
      'no fault where a trail of one Region was not',
      { trails: [{ ...LIVE, isMultiRegion: false }], recovery: { isLogging: false } },
      ['trail_differs IsMultiRegionTrail'],
    ],
  ])('shows %s', async (_, world, expected) => {
    const { findings } = await examine(world);
    expect(findings.map(({ code, about }) => `${code} ${about}`)).toEqual(expected);
  });
});

describe('starting again', () => {
  const times = (...minutesAgo: number[]): string =>
    JSON.stringify(minutesAgo.map((minutes) => new Date(NOW_MS - minutes * MINUTE_MS).toISOString()));

  it.each<[string, string | undefined, 'start' | 'refuse']>([
    ['the first time', undefined, 'start'],
    ['the third time in ten minutes', times(9, 1), 'start'],
    ['the fourth time in ten minutes', times(9, 5, 1), 'refuse'],
    ['when the first of three was ten minutes ago', times(10, 5, 1), 'start'],
    ['when times lie ahead', times(-1, -2, -3), 'start'],
    ['when the memory is no list', '{"a":1}', 'start'],
    ['when the memory is no JSON', 'x', 'start'],
    ['when the memory holds no times', '["x","y","z"]', 'start'],
  ])('%s', (_, remembered, kind) => {
    expect(decideRestart(remembered, NOW_MS).kind).toBe(kind);
  });

  it('remembers the times that still count, and this one', () => {
    expect(decideRestart(times(11, 9), NOW_MS)).toEqual({ kind: 'start', remember: times(9, 0) });
  });
});

describe('the trail that a function is told to expect', () => {
  it('is read as it was written', () => expect(parseExpectedTrail(JSON.stringify(EXPECTED))).toEqual(EXPECTED));

  it.each([...Object.keys(EXPECTED)])('is refused without %s, by its name alone', (field) => {
    expect(() => parseExpectedTrail(JSON.stringify({ ...EXPECTED, [field]: 7 }))).toThrow(new RegExp(`EXPECTED_TRAIL has no ${field}`));
  });

  it('is refused when it is no JSON, or a selector is none', () => {
    expect(() => parseExpectedTrail('{')).toThrow(/is not JSON/);
    expect(() => parseExpectedTrail('[]')).toThrow(/has no name/);
    expect(() =>
      parseExpectedTrail(JSON.stringify({ ...EXPECTED, eventSelectors: [{ Name: 'x', FieldSelectors: [{ Field: 'x', Equals: 'y' }] }] })),
    ).toThrow(/no eventSelectors/);
  });
});

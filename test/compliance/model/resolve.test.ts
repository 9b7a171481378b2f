import fc from 'fast-check';
import { createResolver, type Resolve } from '../../../lib/compliance/model/resolve';
import { parseTemplate } from '../../../lib/compliance/model/template';
import { Unknown } from '../../../lib/compliance/model/unknown';

const RESOURCES = {
  Bucket: { Type: 'AWS::S3::Bucket' },
  Key: { Type: 'AWS::KMS::Key' },
  Named: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'alarms' } },
};

function resolverOf(stacks: Readonly<Record<string, { readonly Outputs?: unknown; readonly Parameters?: unknown }>>): Resolve {
  return createResolver(
    Object.entries(stacks).map(([stack, rest]) => ({
      stack,
      region: 'eu-central-1',
      template: parseTemplate(stack, JSON.stringify({ Resources: RESOURCES, ...rest })),
    })),
    '111122223333',
  );
}

const exporting = (values: Readonly<Record<string, unknown>>): { Outputs: unknown } => ({
  Outputs: Object.fromEntries(Object.entries(values).map(([Name, Value], at) => [`Out${at}`, { Value, Export: { Name } }])),
});

const resolve = resolverOf({ One: {} });

describe('one value, written in two ways, resolves to one text:', () => {
  const literal = fc.string({ unit: fc.constantFrom('a', 'B', '7', '/', ':', '*', '-', ' '), maxLength: 12 });
  const piece = fc.oneof(
    literal,
    fc.constantFrom({ Ref: 'Bucket' }, { 'Fn::GetAtt': ['Key', 'Arn'] }, { Ref: 'AWS::AccountId' }, { 'Fn::GetAtt': 'Bucket.Arn' }),
  );
  const inSub = (part: string | object): string => {
    if (typeof part === 'string') return part;
    const [argument = ''] = Object.values(part) as (string | string[])[];
    return `\${${typeof argument === 'string' ? argument : argument.join('.')}}`;
  };

  it('Join and Sub', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (parts) => {
        expect(resolve('One', { 'Fn::Sub': parts.map(inSub).join('') })).toEqual(resolve('One', { 'Fn::Join': ['', parts] }));
      }),
    );
  });

  it('Sub with variables and without', () => {
    fc.assert(
      fc.property(piece, literal, (part, before) => {
        expect(resolve('One', { 'Fn::Sub': [`${before}\${It}`, { It: part }] })).toEqual(
          resolve('One', { 'Fn::Sub': `${before}${inSub(part)}` }),
        );
      }),
    );
  });

  it('Join and Split, which undoes it, and Select, which takes one of it', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 5 });
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (words) => {
        const split = { 'Fn::Split': ['|', { 'Fn::Join': ['|', words] }] };
        expect(resolve('One', split)).toEqual(words);
        words.forEach((each, at) => expect(resolve('One', { 'Fn::Select': [String(at), split] })).toBe(each));
      }),
    );
  });

  it('both forms of GetAtt', () => {
    expect(resolve('One', { 'Fn::GetAtt': 'Key.Arn' })).toBe(resolve('One', { 'Fn::GetAtt': ['Key', 'Arn'] }));
  });

  it('an import and what it imports, through two exports', () => {
    const two = resolverOf({
      One: exporting({ key: { 'Fn::GetAtt': ['Key', 'Arn'] } }),
      Two: exporting({ again: { 'Fn::ImportValue': 'key' } }),
    });
    expect(two('Two', { 'Fn::ImportValue': { 'Fn::Sub': 'again' } })).toBe(two('One', { 'Fn::GetAtt': ['Key', 'Arn'] }));
  });
});

describe('what AWS would put in its place', () => {
  it.each([
    [{ Ref: 'AWS::Region' }, 'eu-central-1'],
    [{ 'Fn::Sub': '${!Literal}-${AWS::Partition}' }, '${Literal}-aws'],
    [{ Ref: 'Named' }, 'arn:aws:sns:eu-central-1:111122223333:alarms'],
    [{ 'Fn::GetAtt': ['Bucket', 'Arn'] }, 'arn:aws:s3:::${One.Bucket}'],
    [{ 'Fn::Select': [1, { 'Fn::GetAZs': '' }] }, 'zone 1 of eu-central-1'],
  ])('for %j stands here as well', (value, text) => {
    expect(resolve('One', value)).toBe(text);
  });

  it.each([
    ['a parameter', { Ref: 'Given' }],
    ['a function that only a deploy knows', { 'Fn::GetStackOutput': { StackName: 'x', OutputName: 'y' } }],
    ['a condition', { 'Fn::If': ['A', 1, 2] }],
    ['an export of nobody', { 'Fn::ImportValue': 'nobody' }],
    ['a Ref to no name', { Ref: 7 }],
    ['a GetAtt to no name', { 'Fn::GetAtt': [7, 'Arn'] }],
    ['an import of no name', { 'Fn::ImportValue': ['a'] }],
    ['a Join of no list', { 'Fn::Join': ['', 'a'] }],
    ['a Join of something unknown', { 'Fn::Join': ['', ['a', { Ref: 'Given' }]] }],
    ['a Sub of no text', { 'Fn::Sub': 7 }],
    ['a Sub of something unknown', { 'Fn::Sub': 'a${Given}' }],
    ['a Sub of a list', { 'Fn::Sub': ['${It}', { It: ['a'] }] }],
    ['a Select of what is not there', { 'Fn::Select': [2, ['a']] }],
    ['a Select of no number', { 'Fn::Select': [{ Ref: 'Given' }, ['a']] }],
    ['a Split of no text', { 'Fn::Split': [',', ['a']] }],
  ])('for %s is unknown', (_, value) => {
    const given = resolverOf({ One: { Parameters: { Given: { Type: 'String', Default: 'x' } } } });
    expect(given('One', value)).toBeInstanceOf(Unknown);
  });

  it('for a name that nothing has is unknown, and dangling', () => {
    for (const value of [{ Ref: 'Gone' }, { 'Fn::Sub': '${Gone.Arn}' }, { Ref: '__proto__' }, { Ref: 'toString' }]) {
      expect(resolve('One', value)).toMatchObject({ isDangling: true });
    }
  });
});

describe('circles and depths', () => {
  it('end, however often an export is named in them', () => {
    const both = (name: string): unknown => ({ 'Fn::Join': ['', Array.from({ length: 8 }, () => ({ 'Fn::ImportValue': name }))] });
    const circle = resolverOf({ One: exporting({ a: both('b') }), Two: exporting({ b: both('a') }) });
    expect(circle('One', { 'Fn::ImportValue': 'a' })).toBeInstanceOf(Unknown);
  });

  it('end where the name of an export is an import', () => {
    const named = { Outputs: { A: { Value: 1, Export: { Name: { 'Fn::ImportValue': { 'Fn::ImportValue': 'b' } } } } } };
    expect(resolverOf({ One: named })('One', { 'Fn::ImportValue': 'b' })).toBeInstanceOf(Unknown);
  });

  it('end in functions that are nested deeper than any template', () => {
    let value: unknown = 'a';
    for (let at = 0; at < 200; at += 1) value = { 'Fn::Join': ['', [value]] };
    expect(resolve('One', value)).toBeInstanceOf(Unknown);
  });
});

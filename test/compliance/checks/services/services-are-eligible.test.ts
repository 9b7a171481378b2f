import { eligibilityIsCertain } from '../../../../lib/compliance/checks/services/eligibility-is-certain';
import { listDate } from '../../../../lib/compliance/eligibility';
import { runChecks } from '../../../../lib/compliance/run-checks';
import { modelOf, judge } from '../../../support/weakening';
import { environmentOf } from '../../../support/tiny-environment';

const ID = 'services/services-are-eligible';
const TODAY = '2026-11-25';
const judged = (Type: string): ReturnType<typeof judge>['verdict'] => judge(environmentOf({ It: { Type } }), ID).verdict;

describe(ID, () => {
  it('lets eligible services pass, and custom resources as CloudFormation’s', () => {
    expect(judged('AWS::S3::Bucket')).toMatchObject({ state: 'met' });
    expect(judged('Custom::Anything')).toMatchObject({ state: 'met', population: [{ logicalId: 'It' }] });
  });

  it.each([
    ['a service that is none of them', 'AWS::AppRunner::Service', /is none by the list of/],
    ['a service that nobody has looked at', 'AWS::Brand::New', /AWS::Brand is not in it/],
    ['a service of somebody else', 'MongoDB::Atlas::Cluster', /MongoDB::Atlas is not in it/],
    ['what is no namespace', 'constructor::prototype', /is not in it/],
  ])('refuses %s, with the day of the list', (_, type, expected) => {
    const verdict = judged(type);
    expect(verdict).toMatchObject({
      state: 'unmet',
      findings: [{ property: 'Type', value: type, expected: expect.stringMatching(expected) as string }],
    });
    expect(JSON.stringify(verdict)).toContain(listDate());
  });

  it('lets what only steers other services pass, with its note', () => {
    expect(judged('AWS::IAM::Role')).toMatchObject({ state: 'met', notes: [expect.stringContaining('IAM')] });
  });
});

describe('services/eligibility-is-certain', () => {
  const strictly = (Type: string, today = TODAY): unknown =>
    runChecks(environmentOf({ It: { Type } }), [eligibilityIsCertain(today)], today).results[0]?.verdict;

  it('has no doubt of what stands in our templates', () => {
    expect(runChecks(modelOf('prod'), [eligibilityIsCertain(TODAY)], TODAY).passed).toBe(true);
  });

  it.each(['AWS::AIOps::InvestigationGroup', 'AWS::Brand::New'])('refuses %s, of which the list is not sure', (type) => {
    expect(strictly(type)).toMatchObject({ state: 'unmet' });
  });

  it('refuses a list of more than a year ago', () => {
    expect(strictly('AWS::S3::Bucket', '2027-05-22')).toMatchObject({ state: 'met' });
    expect(strictly('AWS::S3::Bucket', '2027-05-23')).toMatchObject({ state: 'unmet', findings: [{ value: '366 days old' }] });
  });
});

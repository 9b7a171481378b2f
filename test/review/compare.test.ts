import { CHECKS } from '../../lib/compliance/catalogue';
import type { EnvironmentModel } from '../../lib/compliance/model/environment';
import { readEnvironmentModels } from '../../lib/compliance/model/read-templates';
import { compare, NotComparable } from '../../lib/review/compare';
import { OUTCOMES } from '../../lib/review/outcome';
import { renderJson } from '../../lib/review/render-json';
import { renderMarkdown } from '../../lib/review/render-markdown';
import { renderText } from '../../lib/review/render-text';
import type { Review } from '../../lib/review/review';
import { ASSEMBLY_FOLDER } from '../support/assembly';
import { environmentOf } from '../support/tiny-environment';
import { entriesOf, ofKind, reviewed, reviewOf, TODAY } from '../support/review';
import { changed, checkOf, modelOf, type TemplateDraft } from '../support/weakening';

const ENVIRONMENTS = ['dev', 'staging', 'prod'] as const;
const everywhere = (change: (draft: TemplateDraft) => void): readonly EnvironmentModel[] =>
  ENVIRONMENTS.map((name) => changed(name, change));
const ours = (): readonly EnvironmentModel[] => ENVIRONMENTS.map(modelOf);
const suspended = (draft: TemplateDraft): void =>
  draft.set('AWS::S3::Bucket', 'DocumentsBucket', 'VersioningConfiguration.Status', 'Suspended');

describe('a change of nothing', () => {
  it('is nothing of note, by every check', () => {
    const [base, head] = [readEnvironmentModels([ASSEMBLY_FOLDER]), readEnvironmentModels([ASSEMBLY_FOLDER])];
    const review = compare(base, head, { checks: CHECKS, today: TODAY });
    expect(review).toEqual({ outcome: 'nothing', environments: ['dev', 'staging', 'prod'], sections: [] });
    expect(renderText(review)).toBe('Review of dev, staging, prod: nothing of note\n');
  });

  type Policy = { PolicyDocument: { Statement: Record<string, unknown>[] } };
  it.each<[string, (draft: TemplateDraft) => void]>([
    ['other words', (draft) => draft.set('AWS::Lambda::Function', 'RecordsApi', 'Description', 'Another description.')],
    ['new code', (draft) => draft.set('AWS::Lambda::Function', 'RecordsApi', 'Code.S3Key', `${'0'.repeat(64)}.zip`)],
    [
      'another spelling of a reference',
      (draft) =>
        draft.edit('AWS::IAM::ManagedPolicy', 'RecordsApiExecutionPolicy', (policy) => {
          const [first] = (policy as Policy).PolicyDocument.Statement;
          const [logicalId, attribute] = (first?.['Resource'] as { 'Fn::GetAtt': [string, string] })['Fn::GetAtt'];
          if (first) first['Resource'] = { 'Fn::Sub': `\${${logicalId}.${attribute}}` };
        }),
    ],
    [
      'statements in another order',
      (draft) =>
        draft.edit(
          'AWS::IAM::ManagedPolicy',
          'RecordsApiExecutionPolicy',
          (policy) => void (policy as Policy).PolicyDocument.Statement.reverse(),
        ),
    ],
    [
      'another logical id of what holds nothing',
      (draft) => {
        for (const { Resources } of draft.templates.values()) {
          const id = Object.keys(Resources).find((each) => each.startsWith('RecordsApiExecutionPolicy'));
          const policy = id === undefined ? undefined : Resources[id];
          if (!id || !policy) continue;
          delete Resources[id];
          Resources['RecordsApiExecutionPolicy00000000'] = policy;
          Object.values(Resources).forEach((each) => {
            const text = JSON.stringify(each).replaceAll(id, 'RecordsApiExecutionPolicy00000000');
            Object.assign(each, JSON.parse(text));
          });
        }
      },
    ],
  ])('that is one of %s asks for nobody, by every check', (_, change) => {
    const review = compare([modelOf('prod')], [changed('prod', change)], { checks: CHECKS, today: TODAY });
    expect(review.sections.flatMap(({ entries }) => entries).filter(({ weight }) => weight !== 'tells')).toEqual([]);
    expect(review).toMatchObject({ outcome: 'nothing', sections: expect.arrayContaining([expect.objectContaining({ id: 'templates' })]) });
  });
});

describe('a review', () => {
  it('says once what happens in several environments, the heaviest first', () => {
    const review = compare(ours(), everywhere(suspended), { checks: [checkOf('strength/buckets-keep-every-version')], today: TODAY });
    const [section] = review.sections;
    expect(section?.entries.find(({ kind }) => kind === 'check-weaker')?.environments).toEqual(['dev', 'staging', 'prod']);
    const weights = section?.entries.map(({ weight }) => ['stops', 'asks', 'tells'].indexOf(weight)) ?? [];
    expect(weights).toEqual([...weights].sort());
  });

  it('is the same for the same input, in every form', () => {
    const again = (): Review =>
      compare(ours(), everywhere(suspended), { checks: [checkOf('strength/buckets-keep-every-version')], today: TODAY });
    for (const render of [renderText, renderMarkdown, renderJson]) expect(render(again())).toBe(render(again()));
  });

  it('gives in JSON what a machine needs', () => {
    const json = JSON.parse(renderJson(reviewOf(suspended, ['strength/buckets-keep-every-version']))) as Record<string, unknown>;
    expect(json).toMatchObject({
      outcome: 'stop',
      exitCode: OUTCOMES.stop,
      environments: ['prod'],
      sections: expect.arrayContaining([expect.objectContaining({ id: 'checks' })]),
    });
  });

  it('of templates that have nothing in common is none', () => {
    expect(() => reviewed(modelOf('dev'), modelOf('prod'))).toThrow(NotComparable);
    expect(() => reviewed(modelOf('dev'), modelOf('prod'))).toThrow('The base holds dev and the head prod: there is nothing to compare.');
    expect(() => compare([], [], { checks: [], today: TODAY })).toThrow('holds none');
  });

  it('stops a change that loses an environment', () => {
    const review = compare(ours(), ours().slice(0, 2), { checks: [], today: TODAY });
    expect(ofKind(review, 'environment-removed')).toMatchObject([
      { weight: 'stops', text: expect.stringMatching(/^prod is gone \(resources: \d+\)/) },
    ]);
  });

  it('judges a new environment by itself', () => {
    const checks = [checkOf('hard/trail-records')];
    const good = compare(ours().slice(0, 2), ours(), { checks, today: TODAY });
    expect(ofKind(good, 'environment-added')).toMatchObject([
      { weight: 'asks', text: expect.stringMatching(/^prod is new \(resources: \d+\): every check passes$/) },
    ]);
    const bad = compare(
      [modelOf('dev')],
      [modelOf('dev'), environmentOf({ Trail: { Type: 'AWS::CloudTrail::Trail', Properties: { IsLogging: false } } })],
      { checks, today: TODAY },
    );
    expect(bad.outcome).toBe('stop');
    expect(ofKind(bad, 'environment-added')[0]?.text).toMatch(/not every check passes$/);
    expect(ofKind(bad, 'check-fatal')).toHaveLength(1);
  });

  it('says when the change touches what it is judged by', () => {
    const model = modelOf('dev');
    const review = compare([model], [model], { checks: [], today: TODAY, judgeChanges: ['lib/compliance/judge.ts'] });
    expect([review.outcome, entriesOf(review, 'checks')]).toMatchObject([
      'acknowledge',
      [{ kind: 'judge-changed', details: ['lib/compliance/judge.ts'] }],
    ]);
  });
});

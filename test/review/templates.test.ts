import { shownOf } from '../../lib/review/review';
import { entriesOf, ofKind, reviewed, reviewOf } from '../support/review';
import { environmentOf, type TinyResources } from '../support/tiny-environment';

const raw = (before: TinyResources, after: TinyResources): ReturnType<typeof entriesOf> =>
  entriesOf(reviewed(environmentOf(before), environmentOf(after)), 'templates');
const topic = (Properties?: object): TinyResources[string] => ({ Type: 'AWS::SNS::Topic', ...(Properties ? { Properties } : {}) });

describe('what it costs', () => {
  it('is told with the lines that change, and asks for nobody', () => {
    const review = reviewOf((draft) => draft.add('Data', 'Added', { Type: 'AWS::SecretsManager::Secret', Properties: {} }));
    expect(ofKind(review, 'cost-changed')).toMatchObject([
      {
        weight: 'tells',
        text: expect.stringMatching(/^USD \+0\.40 a month: from \d+\.\d\d to \d+\.\d\d$/),
        details: ['Secrets (secret-month) +0.40'],
      },
    ]);
    const cheaper = reviewOf((draft) => draft.set('AWS::RDS::DBInstance', '', 'MultiAZ', false));
    expect(ofKind(cheaper, 'cost-changed')).toMatchObject([{ weight: 'tells', text: expect.stringMatching(/^USD -\d/) }]);
  });

  it('names a type whose price nobody knows here', () => {
    const review = reviewOf((draft) => draft.add('Data', 'Added', { Type: 'AWS::Redshift::Cluster', Properties: {} }));
    expect(ofKind(review, 'cost-unknown')).toMatchObject([{ weight: 'tells', text: 'No price is known here of AWS::Redshift::Cluster' }]);
  });
});

describe('the templates', () => {
  it('are told apart by resource, removed, added and changed with the paths', () => {
    expect(
      raw(
        { A: topic(), B: topic({ DisplayName: 'x', Tags: [{ Key: 'a', Value: 'b' }] }) },
        { B: topic({ DisplayName: 'y', Tags: [{ Key: 'a', Value: 'c' }] }), C: topic() },
      ),
    ).toMatchObject([
      { kind: 'resource-removed', weight: 'tells', text: 'Removed Small/A (AWS::SNS::Topic)' },
      { kind: 'resource-added', text: 'Added Small/C (AWS::SNS::Topic)' },
      {
        kind: 'resource-changed',
        text: 'Changed Small/B (AWS::SNS::Topic)',
        details: ['DisplayName: x becomes y', 'Tags.0.Value: b becomes c'],
      },
    ]);
  });

  it('say what was not there and what is not any more', () => {
    expect(raw({ A: topic({ DisplayName: 'x' }) }, { A: topic({ TopicName: 'y' }) })[0]?.details).toEqual([
      'DisplayName: x becomes absent',
      'TopicName: absent becomes y',
    ]);
  });

  it('count what does not fit, property by property and resource by resource', () => {
    const many = (value: number): TinyResources => ({
      A: topic(Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`P${at}`, value]))),
    });
    expect(raw(many(1), many(2))[0]?.details.at(-1)).toBe('and 4 more properties');
    const resources = Object.fromEntries(Array.from({ length: 70 }, (_, at) => [`T${at}`, topic()]));
    const [section] = reviewed(environmentOf({}), environmentOf(resources)).sections.filter(({ id }) => id === 'templates');
    if (!section) throw new Error('There is a section.');
    expect([section.entries.length, shownOf(section).shown.length, shownOf(section).leftOut]).toEqual([70, 60, 10]);
    const stopping = { ...section, entries: section.entries.map((entry) => ({ ...entry, weight: 'stops' as const })) };
    expect(shownOf(stopping).leftOut).toBe(0);
  });

  it('are compared as deep as anything is nested, and as a whole below', () => {
    const deep = (leaf: number): TinyResources => {
      let inside: object = { leaf };
      for (let at = 0; at < 3_000; at += 1) inside = { deep: inside };
      return { A: topic(inside) };
    };
    expect(raw(deep(1), deep(1))).toEqual([]);
    expect(raw(deep(1), deep(2))[0]?.details).toEqual([expect.stringMatching(/^(?:deep\.){31}deep: \{"deep"/)]);
  });

  it('are as they were when only the order is another', () => {
    const before = { A: topic({ DisplayName: 'x', TopicName: 'y' }), B: { ...topic(), DependsOn: ['A', 'C'] }, C: topic() };
    const after = { C: topic(), B: { ...topic(), DependsOn: ['C', 'A'] }, A: topic({ TopicName: 'y', DisplayName: 'x' }) };
    expect(reviewed(environmentOf(before), environmentOf(after))).toMatchObject({ outcome: 'nothing', sections: [] });
  });

  it('show a parameter that is another', () => {
    const review = reviewed(
      environmentOf({ A: topic() }, {}, { parameters: { P: { Type: 'String', Default: 'x' } } }),
      environmentOf({ A: topic() }, {}, { parameters: { P: { Type: 'String', Default: 'y' } } }),
    );
    expect(entriesOf(review, 'templates')).toMatchObject([{ kind: 'template-changed', details: ['Parameters.P: x becomes y'] }]);
  });
});

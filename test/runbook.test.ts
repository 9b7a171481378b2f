import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EnvironmentName } from '../lib/config/environment';
import { ENVIRONMENT_NAMES, resourcesOf } from './support/assembly';
import { tableOf } from './support/detections';
import { landscapeOf } from './support/landscape';

const RUNBOOK = readFileSync(join(__dirname, '..', 'docs', 'runbook.md'), 'utf8');

/** Parts of an entry, in order. */
const PARTS = ['**What it means.**', '**Look here.**', '**Do this.**', '**When not to.**'];

/** Entries of the runbook by heading. */
function entries(runbook: string): ReadonlyMap<string, string> {
  const [, ...sections] = runbook.split(/^### /m);
  return new Map(sections.map((section) => [section.slice(0, section.indexOf('\n')).trim(), section.split(/^## /m)[0] ?? '']));
}

/** Names of the workflows of an environment without it, such as `contain-isolate-function`. */
function workflows(environment: EnvironmentName): string[] {
  return resourcesOf(environment, 'AWS::StepFunctions::StateMachine').map(({ Properties }) => String(Properties['StateMachineName']).slice(environment.length + 1));
}

/** What can be contained, such as `isolate-function`. */
function containments(environment: EnvironmentName): string[] {
  return workflows(environment).filter((name) => name.startsWith('contain-')).map((name) => name.slice('contain-'.length));
}

/** `isolate-function` as the runbook calls it: `IsolateFunction`. */
function headingOf(action: string): string {
  return action.split('-').map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`).join('');
}

/** The entries that alarms and rules of an environment send their reader to. A rule that starts a function sends nobody anywhere. */
function referredTo(environment: EnvironmentName): string[] {
  const functions = resourcesOf(environment, 'AWS::Lambda::Function').map(({ logicalId }) => logicalId);
  const isWork = ({ Arn }: { Arn: { 'Fn::GetAtt'?: string[] } }): boolean => functions.includes(Arn['Fn::GetAtt']?.[0] ?? '');
  const texts = [
    ...resourcesOf(environment, 'AWS::CloudWatch::Alarm').map(({ Properties }) => String(Properties['AlarmDescription'])),
    ...resourcesOf(environment, 'AWS::Events::Rule')
      .filter(({ Properties }) => Properties['EventPattern'] !== undefined && !Properties['Targets'].every(isWork))
      .map(({ Properties }) => JSON.stringify(Properties['Targets'])),
  ];
  return [
    ...new Set(texts.map((text) => /docs\/runbook\.md, (\w+)\./.exec(text)?.[1] ?? `no entry named in: ${text}`)),
    ...containments(environment).map(headingOf),
  ];
}

/** What is on one side only. */
function unmatched(runbook: string, environment: EnvironmentName): { withoutEntry: string[]; withoutDetection: string[] } {
  const headings = [...entries(runbook).keys()];
  const detections = referredTo(environment);
  return {
    withoutEntry: detections.filter((id) => !headings.includes(id)),
    withoutDetection: headings.filter((id) => !detections.includes(id)),
  };
}

describe('the runbook', () => {
  test.each(ENVIRONMENT_NAMES)('has an entry for every alarm and rule of %s, and no other', (environment) => {
    expect(unmatched(RUNBOOK, environment)).toEqual({ withoutEntry: [], withoutDetection: [] });
  });

  test('is named by every row of the detection tables under the row\'s own id', () => {
    const { bus, trail } = tableOf(landscapeOf('prod'));
    const rows = [...trail, ...bus].map(({ id }) => id);
    expect(rows.length).toBeGreaterThan(30);
    expect(rows.filter((id) => !referredTo('prod').includes(id))).toEqual([]);
  });

  test('has no entry twice', () => {
    const headings = [...RUNBOOK.matchAll(/^### (.+)$/gm)].map(([, heading]) => heading);
    expect(headings.length).toBe(new Set(headings).size);
  });

  test.each([...entries(RUNBOOK)])('%s has its four parts in order, with a command and a step', (_, entry) => {
    const places = PARTS.map((part) => entry.indexOf(part));
    expect(places.every((place) => place > 0)).toBe(true);
    expect([...places].sort((a, b) => a - b)).toEqual(places);
    expect(entry).toContain('```sh');
    expect(entry).toMatch(/^1\. /m);
  });

  test('names only entries that exist when one entry sends to another', () => {
    // In prose, a word of several capitalized parts is either an entry or a product of AWS.
    const prose = RUNBOOK.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`]*`/g, '').replace(/^### .+$/gm, '');
    const named = [...prose.matchAll(/\b[A-Z][a-z]+(?:[A-Z][a-z]+)+\b/g)].map(([name]) => name);
    const known = [...entries(RUNBOOK).keys(), 'GuardDuty', 'CloudFormation', 'EventBridge'];
    expect(named.length).toBeGreaterThan(10);
    expect([...new Set(named)].filter((name) => !known.includes(name))).toEqual([]);
  });
});

describe.each(containments('prod'))('the entry of the containment %s', (action) => {
  const entry = entries(RUNBOOK).get(headingOf(action)) ?? '';
  const named = [...entry.matchAll(/stateMachine:\$ENVIRONMENT-(\S+) /g)].map(([, name]) => name);

  test('starts it, and its restore where there is one, with a dry run first', () => {
    const own = workflows('prod').filter((name) => name === `contain-${action}` || name === `restore-${action}`);
    expect(named.sort()).toEqual(own.sort());
    expect([...entry.matchAll(/--input '(.*)'$/gm)].map(([, input]) => (JSON.parse(input ?? '') as { dryRun?: unknown }).dryRun)).toEqual(own.map(() => true));
  });

  test('gives every field that the workflow asks for, and no other', () => {
    const definitions = new Map(resourcesOf('prod', 'AWS::StepFunctions::StateMachine').map(({ Properties }) => [String(Properties['StateMachineName']), String(Properties['DefinitionString'])]));
    const inputs = [...entry.matchAll(/--input '(.*)'$/gm)].map(([, input]) => Object.keys(JSON.parse(input ?? '') as object).sort());
    const asked = named.map((name) => [...new Set([...(definitions.get(`prod-${name}`) ?? '').matchAll(/\$type\(\$states\.input\.(\w+)\)/g)].map(([, field]) => field))].sort());
    expect(inputs).toEqual(asked);
  });
});

describe('the comparison can fail', () => {
  test('when an entry is missing, it says which', () => {
    const without = RUNBOOK.replace('### KeyLoss\n', '### KeyLosses\n');
    expect(unmatched(without, 'prod')).toEqual({ withoutEntry: ['KeyLoss'], withoutDetection: ['KeyLosses'] });
  });

  test('when an entry describes an alarm that does not exist, it says which', () => {
    expect(unmatched(`${RUNBOOK}\n### AlarmOfTomorrow\n`, 'prod')).toEqual({ withoutEntry: [], withoutDetection: ['AlarmOfTomorrow'] });
  });
});

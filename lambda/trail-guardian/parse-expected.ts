import { isRecord } from '../shared/record';
import type { EventSelector, ExpectedTrail, FieldSelector } from './contract';

/**
 * Reads the trail that a function is told to expect.
 *
 * @throws Error that names the field which is not there or of another kind; no value of it.
 */
export function parseExpectedTrail(text: string): ExpectedTrail {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Error('EXPECTED_TRAIL is not JSON. The stack of the trail writes it.');
  }
  const of = isRecord(json) ? json : {};
  const refuse = (field: string): never => {
    throw new Error(`EXPECTED_TRAIL has no ${field}, or one of another kind. The stack of the trail writes it.`);
  };
  const textOf = (field: string): string => (typeof of[field] === 'string' ? of[field] : refuse(field));
  const flag = (field: string): boolean => (typeof of[field] === 'boolean' ? of[field] : refuse(field));
  const { eventSelectors, insights } = of;
  return {
    name: textOf('name'),
    account: textOf('account'),
    homeRegion: textOf('homeRegion'),
    bucket: textOf('bucket'),
    prefix: textOf('prefix'),
    keyArn: textOf('keyArn'),
    logGroupArn: textOf('logGroupArn'),
    logRoleArn: textOf('logRoleArn'),
    isMultiRegion: flag('isMultiRegion'),
    hasGlobalEvents: flag('hasGlobalEvents'),
    isValidated: flag('isValidated'),
    eventSelectors: isSelectors(eventSelectors) ? eventSelectors : refuse('eventSelectors'),
    insights: isTexts(insights) ? insights : refuse('insights'),
  };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function isSelectors(value: unknown): value is readonly EventSelector[] {
  return (
    Array.isArray(value) && value.every((each) => isRecord(each) && typeof each['Name'] === 'string' && isFields(each['FieldSelectors']))
  );
}

function isFields(value: unknown): value is readonly FieldSelector[] {
  return (
    Array.isArray(value) &&
    value.every(
      (each) => isRecord(each) && Object.entries(each).every(([name, of]) => (name === 'Field' ? typeof of === 'string' : isTexts(of))),
    )
  );
}

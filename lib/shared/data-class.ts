import type { IConstruct } from 'constructs';
import { tag } from './tags';

/**
 * What a store or channel may hold. Every construct that stores or carries data takes one, so that an unclassified store
 * does not compile, and an untagged one fails a test.
 *
 * - `phi`: protected health information, or what ties a person to care. In doubt it is this.
 * - `audit`: who did what, by opaque identifiers; evidence, never values of a record.
 * - `operational`: metrics, alarms and logs of the platform, by allow-list free of patient data.
 * - `none`: nothing that outlives a call.
 */
export type DataClass = 'phi' | 'audit' | 'operational' | 'none';

/** Tag key under which the class appears in the templates and in AWS. */
export const DATA_CLASS_TAG = 'DataClass';

/** Declares the class of everything below `scope`, unless something below declares its own. */
export function classify(scope: IConstruct, dataClass: DataClass): void {
  tag(scope, DATA_CLASS_TAG, dataClass);
}

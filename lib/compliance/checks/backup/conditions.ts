import { tagOf } from '../../kinds';
import type { Resource } from '../../model/environment';
import { recordsAt, valueAt } from '../../model/read';
import { isJson } from '../../model/template';
import { CannotTell } from '../../verdict';

const PREFIX = 'aws:ResourceTag/';

/**
 * Whether a store's tags meet every condition of a selection, as AWS Backup reads them: pairs under `StringEquals` and `StringNotEquals`.
 *
 * @param path of the conditions within the selection.
 * @throws CannotTell on any other operator or key: a guess could pass for an answer.
 */
export function meetsConditions(selection: Resource, path: string, store: Resource): boolean {
  const conditions = valueAt(selection, path);
  return Object.keys(isJson(conditions) ? conditions : {}).every((operator) => {
    if (operator !== 'StringEquals' && operator !== 'StringNotEquals')
      throw new CannotTell(`${selection.name} selects by ${operator}, which is not known here`);
    return recordsAt(selection, `${path}.${operator}`).every((pair) => {
      // A selection of backups says ConditionKey and ConditionValue, one of restore tests Key and Value.
      const key = pair['ConditionKey'] ?? pair['Key'];
      const value = pair['ConditionValue'] ?? pair['Value'];
      if (typeof key !== 'string' || !key.startsWith(PREFIX))
        throw new CannotTell(`${selection.name} selects by ${String(key)}, which is not known here`);
      return (tagOf(store, key.slice(PREFIX.length)) === value) === (operator === 'StringEquals');
    });
  });
}

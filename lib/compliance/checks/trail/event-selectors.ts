import { toList } from '../../model/read';
import { isJson } from '../../model/template';

/** The fields of an event that selectors see, such as `eventCategory`, `resources.type`, `resources.ARN`, `eventName`. */
export type SelectableEvent = Readonly<Record<string, string>>;

/** Whether a trail with these advanced selectors records the event: one selector must match, and a selector matches in all its fields. */
export function isRecorded(selectors: readonly Readonly<Record<string, unknown>>[], event: SelectableEvent): boolean {
  return selectors.some((selector) => {
    const fields = toList(selector['FieldSelectors']).filter(isJson);
    return fields.length > 0 && fields.every((field) => matches(field, event[String(field['Field'])]));
  });
}

function matches(field: Readonly<Record<string, unknown>>, value: string | undefined): boolean {
  if (value === undefined) return false;
  const some = (operator: string, fits: (operand: string) => boolean): boolean =>
    toList(field[operator]).some((operand) => fits(String(operand)));
  const unless = (operator: string, fits: (operand: string) => boolean): boolean => !some(operator, fits);
  const only = (operator: string, fits: (operand: string) => boolean): boolean => field[operator] === undefined || some(operator, fits);
  return (
    only('Equals', (operand) => operand === value) &&
    only('StartsWith', (operand) => value.startsWith(operand)) &&
    only('EndsWith', (operand) => value.endsWith(operand)) &&
    unless('NotEquals', (operand) => operand === value) &&
    unless('NotStartsWith', (operand) => value.startsWith(operand)) &&
    unless('NotEndsWith', (operand) => value.endsWith(operand))
  );
}
